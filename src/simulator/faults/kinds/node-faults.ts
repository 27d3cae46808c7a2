import { z } from 'zod';
import { count, host, isOn } from './fields.ts';

/** What may happen to processes, hosts and their disks. */
export const NODE_FAULTS = [
  /** This FE stays alive and replays nothing more. */
  z.strictObject({ kind: z.literal('lagging-frontend'), host, on: isOn }),
  /** A host that the others cannot reach and that reaches none of them; its processes run on. */
  z.strictObject({ kind: z.literal('partitioned-host'), host, on: isOn }),
  /** A machine is dead: the processes on it end, and a start does nothing until it is back. */
  z.strictObject({ kind: z.literal('dead-host'), host, on: isOn }),
  /** Start scripts lose `--helper`: an FE with an empty meta directory becomes a cluster of its own. */
  z.strictObject({ kind: z.literal('helper-lost'), on: isOn }),
  /** The clock of an FE's host is wrong: beyond 5 s the FE cannot join and ends itself. 0: it is right. */
  z.strictObject({ kind: z.literal('clock-skew'), host, skewMs: z.int() }),
  /** The storage of a BE belongs to another cluster, as that of a host that was taken from there. null: it is empty. */
  z.strictObject({ kind: z.literal('foreign-storage'), host, clusterId: z.string().regex(/^\d+$/).nullable() }),
  /** Other files fill the disks of a BE (one of them with `path`) up to a share of their size; its tablets stay. */
  z.strictObject({
    kind: z.literal('full-disk'),
    host,
    path: z.string().optional(),
    usedRatio: z.number().min(0).max(1),
  }),
  /** Other files grow (negative: shrink) at a rate from now on, on all disks of a BE or on that of `path`. 0: no more. */
  z.strictObject({
    kind: z.literal('filling-disk'),
    host,
    path: z.string().optional(),
    bytesPerHour: z.number(),
  }),
  /** Which share of a disk makes a BE refuse clones and loads. null: 90 % with less than 1 GiB left, as in be.conf. */
  z.strictObject({ kind: z.literal('backend-flood-stage'), usedRatio: z.number().min(0).max(1).nullable() }),
  z.strictObject({ kind: z.literal('broken-disk'), host, path: z.string(), on: isOn }),
  z.strictObject({ kind: z.literal('trash'), host, bytes: count }),
  /** Queries that run on a BE, or of clients of an FE, and do not end by themselves. */
  z.strictObject({ kind: z.literal('running-queries'), host, queries: count }),
] as const;
