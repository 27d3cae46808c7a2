import type { Fault } from '../../../src/simulator/faults/fault.ts';
import { DAY, HOUR, MINUTE } from '../../support/decision-input.ts';
import type { FaultKind } from './planned-fault.ts';
import type { Dice } from './scenario-dice.ts';
import type { ScenarioCluster } from './scenario.ts';

type Drawn = FaultKind & { readonly forMs: number };

/** What keeps a decommission from ending, or would be made worse by it. */
export function stuck(roll: Dice, { backends, backendBytes }: ScenarioCluster): Drawn {
  const member = `$member:${String(roll.int(0, backends - 1))}`;
  const forMs = roll.pick([10 * MINUTE, HOUR, 5 * HOUR, 20 * HOUR, 2 * DAY]);
  const model = (begin: Fault, end: Fault | undefined): Drawn => ({ kind: 'model', begin, end, forMs });
  const host = roll.pick([member, member, '$leaving']);
  const job = roll.pick(['schema_change', 'rollup', 'backup', 'restore', 'load'] as const);
  const running = (on: boolean): Fault => ({ kind: 'running-job', job, database: 'shop', table: 'orders', on });
  const transaction = (on: boolean): Fault => ({ kind: 'open-transaction', database: 'shop', label: 'endless', on });
  return roll.pick<() => Drawn>([
    () =>
      model(
        { kind: 'failing-clones', error: 'clone failed: no route to host' },
        { kind: 'failing-clones', error: null },
      ),
    () =>
      model(
        { kind: 'full-disk', host: member, usedRatio: roll.pick([0.8, 0.9, 0.96]) },
        { kind: 'full-disk', host: member, usedRatio: 0 },
      ),
    () => model({ kind: 'trash', host: member, bytes: backendBytes }, { kind: 'trash', host: member, bytes: 0 }),
    () =>
      model(
        { kind: 'recycled-table', table: 'gone', bytes: 1_000_000, tablets: { [host]: roll.int(1, 40) } },
        undefined,
      ),
    () => model(transaction(true), transaction(false)),
    () => model(running(true), running(false)),
    () => model({ kind: 'running-queries', host, queries: 3 }, { kind: 'running-queries', host, queries: 0 }),
    () => model({ kind: 'unfinished-wals', host, wals: 2 }, { kind: 'unfinished-wals', host, wals: 0 }),
    () => model({ kind: 'slow-show-frontends', delayMs: 12_000 }, { kind: 'slow-show-frontends', delayMs: 0 }),
  ])();
}
