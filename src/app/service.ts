import { readFileSync } from 'node:fs';
import { loadPolicy } from '../config/load-policy.ts';
import { formatProblem } from '../config/problem.ts';
import { watchPolicy } from '../config/watch-policy.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { pinoLog } from '../logging/pino-log.ts';
import type { LogOptions } from '../logging/pino-log.ts';
import { startServer } from '../server/server.ts';
import { openStore } from '../store/store.ts';
import { StoreError } from '../store/errors.ts';
import { cronTicker } from '../time/cron-ticker.ts';
import { ulids } from '../time/ulids.ts';
import { startDaemon } from './daemon.ts';
import { lifecycle } from './lifecycle.ts';
import { serverSource } from './server-source.ts';
import { loadPolicyAside } from './worker/load-policy-aside.ts';

/** Parts stop one after another; all of them together have less than the 10 s that a supervisor waits. */
const STOP_PART_MS = 4_000;
const WATCH_DEBOUNCE_MS = 500;

export interface ServiceOptions {
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly version: string;
  readonly log: LogOptions;
}

export interface Service {
  /** Reads the configuration again; a bad one is refused and the last good one stays in force. */
  reload(cause: string): void;
  stop(): Promise<void>;
}

export type Started =
  | { readonly ok: true; readonly service: Service }
  | { readonly ok: false; readonly badInput: boolean; readonly text: string };

/** The daemon as a process runs it: policy, store, evaluations, HTTP, reload. Everything that can fail comes first. */
export async function startService(options: ServiceOptions): Promise<Started> {
  const { clock } = options;
  const log = pinoLog(options.log);
  const loaded = loadPolicy(options.configPath, {
    env: options.env,
    at: clock.now(),
    readFile: (file) => readFileSync(file, 'utf8'),
  });
  if (!loaded.ok) return { ok: false, badInput: true, text: `${loaded.errors.map(formatProblem).join('\n')}\n` };
  for (const warning of loaded.warnings) log.warn('configuration', { problem: formatProblem(warning) });

  let store;
  try {
    store = await openStore(loaded.policy.store.path, { lock: true });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return {
      ok: false,
      badInput: false,
      text: `${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
    };
  }
  const life = lifecycle(log, (ms) => clock.sleep(ms).then(() => 'timeout' as const), STOP_PART_MS);
  life.onStop('store', () => store.close());
  const daemon = await startDaemon({
    policy: loaded.policy,
    store,
    clock,
    ticker: cronTicker(),
    ids: ulids(),
    log,
    version: options.version,
  });
  life.onStop('daemon', () => daemon.stop());
  const server = await startServer({
    policy: loaded.policy.server,
    source: serverSource(daemon, store, clock),
    version: options.version,
  }).catch(async (error: unknown) => {
    await life.stop();
    return error instanceof Error ? error : new Error(String(error));
  });
  if (server instanceof Error) {
    return {
      ok: false,
      badInput: false,
      text: `server.listen ${loaded.policy.server.host}:${String(loaded.policy.server.port)}: ${server.message}\n`,
    };
  }
  life.onStop('server', () => server.close());

  let reloading: Promise<void> = Promise.resolve();
  const reload = (cause: string): void => {
    reloading = reloading.then(async () => {
      const next = await loadPolicyAside({ path: options.configPath, env: options.env, at: clock.now() });
      watching.watchPaths([options.configPath, ...next.sources]);
      if (!next.ok) {
        daemon.refused(daemon.policy().revision);
        log.error('configuration refused; the last good one stays in force', {
          cause,
          revision: daemon.policy().revision,
          problems: next.errors.map(formatProblem),
        });
        return;
      }
      if (
        next.policy.store.path !== daemon.policy().store.path ||
        !sameServer(next.policy.server, daemon.policy().server)
      ) {
        log.warn('store and server are taken over only by a restart', { cause });
      }
      await daemon.reload(next.policy);
      log.info('configuration in force', { cause, revision: next.policy.revision });
    });
  };
  const watching = watchPolicy({
    paths: [options.configPath, ...loaded.sources],
    onChange: () => {
      reload('file');
    },
    debounceMs: WATCH_DEBOUNCE_MS,
  });
  life.onStop('reload', async () => {
    watching.close();
    await reloading;
  });
  log.info('running', {
    version: options.version,
    address: server.address,
    clusters: loaded.policy.clusters.map((cluster) => cluster.name),
    revision: loaded.policy.revision,
  });
  return {
    ok: true,
    service: {
      reload,
      async stop() {
        log.info('stopping');
        await life.stop();
        log.flush();
      },
    },
  };
}

function sameServer(
  a: { readonly host: string; readonly port: number },
  b: { readonly host: string; readonly port: number },
): boolean {
  return a.host === b.host && a.port === b.port;
}
