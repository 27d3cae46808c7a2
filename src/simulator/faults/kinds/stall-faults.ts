import { z } from 'zod';
import { count, host, isOn, table } from './fields.ts';

/** What keeps tablets or the row of a backend that leaves. `stalls.ts` tells which of these brings which cause about. */
export const STALL_FAULTS = [
  /** Every clone fails with this text; null: they work again. */
  z.strictObject({ kind: z.literal('failing-clones'), error: z.string().min(1).nullable() }),
  /** A slot copies no faster than this, whatever the speed of the simulation. null: as the disks allow. */
  z.strictObject({ kind: z.literal('slow-clones'), bytesPerSecond: z.number().positive().nullable() }),
  /** The table wants one replica on each of as many backends as are alive now, leaving ones included. */
  z.strictObject({ kind: z.literal('no-place'), ...table, on: isOn }),
  /** The FE raises the tables of __internal_schema to 3 replicas, as it does once 3 backends are alive. */
  z.strictObject({ kind: z.literal('internal-schema'), on: isOn }),
  /** The data of the table belongs on SSDs, and no other backend has one. */
  z.strictObject({ kind: z.literal('no-medium'), ...table, on: isOn }),
  /** The scheduler finds no tag for tablets of this table. */
  z.strictObject({ kind: z.literal('no-tag'), ...table, on: isOn }),
  /** A table that was dropped: its tablets count on the BEs of these hosts for a day, and nobody moves them. */
  z.strictObject({
    kind: z.literal('recycled-table'),
    table: z.string().min(1),
    bytes: count,
    tablets: z.record(host, count),
  }),
  /** Entries of the FE's index for a backend whose partition nobody knows any more. */
  z.strictObject({ kind: z.literal('leaky-tablets'), host, tablets: count }),
  /** A tablet of the table (with `host` one that lies there) grows to so many bytes. null: those that grew are as before. */
  z.strictObject({
    kind: z.literal('large-tablet'),
    ...table,
    host: host.optional(),
    bytes: z.int().positive().nullable(),
  }),
  /** A load that has begun and does not end; `database` is a name. */
  z.strictObject({ kind: z.literal('open-transaction'), database: z.string(), label: z.string(), on: isOn }),
  /** Group-commit WALs of a BE that are not finished: its row stays. */
  z.strictObject({ kind: z.literal('unfinished-wals'), host, wals: count }),
  /** Old replicas of colocate groups are never deleted: the groups stay unstable. */
  z.strictObject({ kind: z.literal('stuck-colocate'), on: isOn }),
  /** The queue of the scheduler holds so many tablets that cannot be repaired. */
  z.strictObject({ kind: z.literal('queue-full'), tablets: count }),
  /** The daemons that check and schedule tablets come round so seldom only. 0: as always. */
  z.strictObject({ kind: z.literal('scheduler-starved'), everyMs: count }),
  /** The next clones that begin are never reported as ended, so many of them. 0: those that hang end now. */
  z.strictObject({ kind: z.literal('stuck-tasks'), tasks: count }),
  /** The BE reports so many bytes of data, whatever it holds. null: what it holds. */
  z.strictObject({ kind: z.literal('reported-data'), host, bytes: count.nullable() }),
  /** Loads overtake each clone: it is deleted when it is finished, and made again; entries of it are left behind. */
  z.strictObject({ kind: z.literal('load-race'), on: isOn }),
  /** The BE is a compute node: the FE's check counts it, and it takes no replica. */
  z.strictObject({ kind: z.literal('compute-node'), host, on: isOn }),
  /**
   * A job that runs: schema changes and rollups also put their table into that state.
   */
  z.strictObject({
    kind: z.literal('running-job'),
    job: z.enum(['schema_change', 'rollup', 'backup', 'restore', 'load']),
    ...table,
    on: isOn,
  }),
] as const;
