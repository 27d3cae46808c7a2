import type { Fault } from './fault.ts';

/** Why a drain may stand still, by the names under which it is diagnosed. */
export const STALL_CAUSES = [
  'no-place',
  'internal-schema',
  'no-medium',
  'no-tag',
  'recycle-bin',
  'leaky',
  'large-tablet',
  'transaction',
  'wal',
  'colocate',
  'queue-full',
  'scheduler-starved',
  'task-stuck',
  'scheduler-off',
  'reports-differ',
  'auto-drop-off',
  'dead-backend',
  'load-race',
  'compute-nodes',
] as const;

export type StallCause = (typeof STALL_CAUSES)[number];

export interface StallPlace {
  /** Host of the backend that leaves. */
  readonly leaving: string;
  /** Host of another backend: the compute node, and where `reports-differ` shows. */
  readonly other: string;
  readonly database: string;
  readonly table: string;
}

export interface StallFaults {
  readonly begin: readonly Fault[];
  readonly end: readonly Fault[];
}

const GIB = 2 ** 30;

/**
 * The faults that make a drain stand still for a cause, and those that take them back. Most may come before or during the drain;
 * `internal-schema` needs a cluster that goes from 3 backends to 2, `large-tablet` shows only after hours.
 */
export function stallFaults(cause: StallCause, { leaving, other, database, table }: StallPlace): StallFaults {
  const switched = (fault: (on: boolean) => Fault): StallFaults => ({ begin: [fault(true)], end: [fault(false)] });
  const config = (key: string, value: string): StallFaults => ({
    begin: [{ kind: 'frontend-config', key, value, everywhere: false }],
    end: [{ kind: 'frontend-config', key, value: null, everywhere: false }],
  });
  switch (cause) {
    case 'no-place':
    case 'no-medium':
    case 'no-tag':
      return switched((on) => ({ kind: cause, database, table, on }));
    case 'internal-schema':
    case 'load-race':
      return switched((on) => ({ kind: cause, on }));
    case 'recycle-bin':
      return {
        begin: [{ kind: 'recycled-table', table: 'dropped_by_hand', bytes: GIB, tablets: { [leaving]: 60_000 } }],
        end: [{ kind: 'recycled-table', table: 'dropped_by_hand', bytes: 0, tablets: {} }],
      };
    case 'leaky':
      return {
        begin: [{ kind: 'leaky-tablets', host: leaving, tablets: 3 }],
        end: [{ kind: 'leaky-tablets', host: leaving, tablets: 0 }],
      };
    case 'large-tablet':
      return {
        begin: [
          { kind: 'large-tablet', database, table, host: leaving, bytes: 12 * GIB },
          { kind: 'slow-clones', bytesPerSecond: 2 ** 20 },
        ],
        end: [
          { kind: 'large-tablet', database, table, bytes: null },
          { kind: 'slow-clones', bytesPerSecond: null },
        ],
      };
    case 'transaction':
      return switched((on) => ({ kind: 'open-transaction', database, label: 'long_load', on }));
    case 'wal':
      return {
        begin: [{ kind: 'unfinished-wals', host: leaving, wals: 2 }],
        end: [{ kind: 'unfinished-wals', host: leaving, wals: 0 }],
      };
    case 'colocate':
      return switched((on) => ({ kind: 'stuck-colocate', on }));
    case 'queue-full':
      return { begin: [{ kind: 'queue-full', tablets: 2_000 }], end: [{ kind: 'queue-full', tablets: 0 }] };
    case 'scheduler-starved':
      return {
        begin: [{ kind: 'scheduler-starved', everyMs: 1_500_000 }],
        end: [{ kind: 'scheduler-starved', everyMs: 0 }],
      };
    case 'task-stuck':
      return { begin: [{ kind: 'stuck-tasks', tasks: 1_000 }], end: [{ kind: 'stuck-tasks', tasks: 0 }] };
    case 'scheduler-off':
      return config('disable_tablet_scheduler', 'true');
    case 'auto-drop-off':
      return config('drop_backend_after_decommission', 'false');
    case 'reports-differ':
      return {
        begin: [{ kind: 'reported-data', host: leaving, bytes: 0 }],
        end: [{ kind: 'reported-data', host: leaving, bytes: null }],
      };
    case 'dead-backend':
      return switched((on) => ({ kind: 'dead-host', host: leaving, on }));
    case 'compute-nodes':
      return switched((on) => ({ kind: 'compute-node', host: other, on }));
  }
}
