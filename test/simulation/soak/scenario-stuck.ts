import type { Fault } from '../../../src/simulator/faults/fault.ts';
import { DAY, HOUR, MINUTE } from '../../support/decision-input.ts';
import type { FaultKind } from './planned-fault.ts';
import type { Dice } from './scenario-dice.ts';
import type { ScenarioCluster } from './scenario.ts';

type Drawn = FaultKind & { readonly forMs: number };

const ORDERS = { database: 'shop', table: 'orders' } as const;
const EVENTS = { database: 'shop', table: 'events' } as const;

/** A fault that is switched on, and off at its end. */
type Toggle = (on: boolean) => Fault;

/** What keeps a decommission from ending, or would be made worse by it: every cause that the simulator knows. */
export function stuck(roll: Dice, { backends, backendBytes, diskBytes }: ScenarioCluster): Drawn {
  const member = `$member:${String(roll.int(0, backends - 1))}`;
  const host = roll.pick([member, member, '$leaving']);
  const job = roll.pick(['schema_change', 'rollup', 'backup', 'restore', 'load'] as const);
  const table = roll.pick<typeof ORDERS | typeof EVENTS>([ORDERS, EVENTS]);
  const count = roll.int(1, 40);
  const toggle = roll.pick<Toggle>([
    (on) => ({ kind: 'failing-clones', error: on ? 'clone failed: no route to host' : null }),
    (on) => ({ kind: 'slow-clones', bytesPerSecond: on ? 20_000 : null }),
    (on) => ({ kind: 'no-place', ...table, on }),
    (on) => ({ kind: 'internal-schema', on }),
    (on) => ({ kind: 'no-medium', ...table, on }),
    (on) => ({ kind: 'no-tag', ...table, on }),
    (on) => ({ kind: 'recycled-table', table: 'gone', bytes: 1_000_000, tablets: { [host]: on ? count : 0 } }),
    (on) => ({ kind: 'leaky-tablets', host, tablets: on ? count : 0 }),
    (on) => ({ kind: 'large-tablet', ...table, bytes: on ? Math.floor(backendBytes / 2) : null }),
    (on) => ({ kind: 'open-transaction', database: 'shop', label: 'endless', on }),
    (on) => ({ kind: 'unfinished-wals', host, wals: on ? 2 : 0 }),
    (on) => ({ kind: 'stuck-colocate', on }),
    (on) => ({ kind: 'queue-full', tablets: on ? 2000 : 0 }),
    (on) => ({ kind: 'scheduler-starved', everyMs: on ? 10 * MINUTE : 0 }),
    (on) => ({ kind: 'stuck-tasks', tasks: on ? count : 0 }),
    (on) => ({ kind: 'reported-data', host, bytes: on ? 0 : null }),
    (on) => ({ kind: 'load-race', on }),
    (on) => ({ kind: 'compute-node', host: member, on }),
    (on) => ({ kind: 'running-job', job, ...table, on }),
    (on) => ({ kind: 'running-queries', host, queries: on ? 3 : 0 }),
    (on) => ({ kind: 'full-disk', host: member, usedRatio: on ? roll.pick([0.8, 0.9, 0.96]) : 0 }),
    (on) => ({ kind: 'filling-disk', host: member, bytesPerHour: on ? diskBytes / 20 : 0 }),
    (on) => ({ kind: 'trash', host: member, bytes: on ? backendBytes : 0 }),
    (on) => ({ kind: 'slow-show-frontends', delayMs: on ? 12_000 : 0 }),
    (on) => ({ kind: 'helper-lost', on }),
    (on) => ({ kind: 'clock-skew', host: '$follower:1', skewMs: on ? 7000 : 0 }),
    (on) => ({ kind: 'dead-host', host, on }),
  ]);
  const forMs = roll.pick([10 * MINUTE, HOUR, 5 * HOUR, 20 * HOUR, 2 * DAY]);
  return { kind: 'model', begin: toggle(true), end: toggle(false), forMs };
}
