import { registerHooks } from 'node:module';
import { killAtJournal } from './kill-at-journal.ts';

/*
 * Loaded with --import before `src/main.ts run`: the daemon is the real one but for two things. Its clock is that of the
 * simulator, many times as fast as life, and it ends itself with SIGKILL at one write of its journal.
 */

const FAST: Readonly<Record<string, string>> = {
  '/src/time/system-clock.ts': new URL('fast-time.ts', import.meta.url).href,
  '/src/time/cron-ticker.ts': new URL('fast-time.ts', import.meta.url).href,
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const inside = context.parentURL?.includes('/test/support/kill/') === true;
    const fast = Object.entries(FAST).find(([path]) => resolved.url.endsWith(path))?.[1];
    return inside || fast === undefined ? resolved : { ...resolved, url: fast };
  },
});

const { KILL_AT } = process.env;
if (KILL_AT !== undefined && KILL_AT !== '') killAtJournal(KILL_AT);
