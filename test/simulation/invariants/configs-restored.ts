import type { Invariant } from '../soak/invariant.ts';
import { isOpen, isOwnChange } from './look.ts';

interface Changed {
  /** What the master had before our first change; undefined = its default. */
  readonly found: string | undefined;
  readonly ours: Set<string>;
  /** Someone else set it since, or a new master has it anew. */
  released: boolean;
}

/** Values are those of the master's memory. */
export const configsRestored: Invariant = {
  name: 'configs-restored',
  says: 'no FE config is left at a value of ours once the operation is over',
  start(world) {
    const changed = new Map<string, Changed>();
    /** Of the master, before the statement that is told next. */
    const before = new Map<string, string | undefined>();
    const masterConfigs = (): ReadonlyMap<string, string> =>
      world.state.frontends.find(({ host }) => host === world.state.masterHost)?.configs ?? new Map();
    const lastKnown = new Map<string, string | undefined>(masterConfigs());
    const present = (key: string): string | undefined => masterConfigs().get(key);
    const left = (): string | undefined => {
      for (const [key, { found, ours, released }] of changed) {
        const value = present(key);
        if (released || value === undefined || value === found || !ours.has(value)) continue;
        return `${key} is ${value} on the master, which is ours; ${found ?? 'its default'} was found`;
      }
      return undefined;
    };
    let endedAtMs: number | undefined;
    return {
      see(event) {
        if (event.is === 'model') {
          const { event: what } = event;
          if (what.kind === 'config-set' && what.host === world.state.masterHost) {
            if (!before.has(what.key)) before.set(what.key, lastKnown.get(what.key));
            lastKnown.set(what.key, what.value);
          }
          if (what.kind === 'master-changed') {
            lastKnown.clear();
            for (const [key, value] of masterConfigs()) lastKnown.set(key, value);
          }
          return undefined;
        }
        if (event.is === 'statement') {
          if (isOwnChange(event) && event.change.kind === 'set-config') {
            const { key, value } = event.change;
            if (event.outcome !== 'ok' && event.outcome !== 'pending') return undefined;
            const known = changed.get(key);
            if (known === undefined)
              changed.set(key, { found: before.get(key), ours: new Set([value]), released: false });
            else known.ours.add(value);
          } else if (event.by === 'hand') {
            for (const key of before.keys()) {
              const known = changed.get(key);
              if (known !== undefined) known.released = true;
            }
          }
          before.clear();
          return undefined;
        }
        if (event.is === 'operation') {
          const { operation } = event;
          if (!isOpen(operation)) endedAtMs = event.atMs;
          else if (operation.steps.length === 0) {
            changed.clear();
            endedAtMs = undefined;
          }
          return undefined;
        }
        // The next look: whatever was under way when it ended has come to rest.
        if (event.is !== 'tick' || endedAtMs === undefined || world.openOperation() !== undefined) return undefined;
        endedAtMs = undefined;
        return left();
      },
      end: () => undefined,
    };
  },
};
