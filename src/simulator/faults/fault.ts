import { z } from 'zod';

/*
 * What a test or a person may do to the cluster besides starting, stopping and killing processes. Each sets a state; the same
 * fault with the opposite value takes it back.
 */

const host = z.string().min(1);
const count = z.int().min(0);
const isOn = z.boolean();

const SHAPE = z.discriminatedUnion('kind', [
  /** This FE stays alive and replays nothing more. */
  z.strictObject({ kind: z.literal('lagging-frontend'), host, on: isOn }),
  /** SHOW FRONTENDS answers so much later, as with a host whose name takes its time to resolve. 0: at once. */
  z.strictObject({ kind: z.literal('slow-show-frontends'), delayMs: count }),
  /** Every clone fails with this text; null: they work again. */
  z.strictObject({ kind: z.literal('failing-clones'), error: z.string().min(1).nullable() }),
  /** Other files fill the disks of a BE (one of them with `path`) up to a share of their size; its tablets stay. */
  z.strictObject({
    kind: z.literal('full-disk'),
    host,
    path: z.string().optional(),
    usedRatio: z.number().min(0).max(1),
  }),
  z.strictObject({ kind: z.literal('broken-disk'), host, path: z.string(), on: isOn }),
  z.strictObject({ kind: z.literal('trash'), host, bytes: count }),
  /** A table that was dropped: its tablets count on the BEs of these hosts for a day, and nobody moves them. */
  z.strictObject({
    kind: z.literal('recycled-table'),
    table: z.string().min(1),
    bytes: count,
    tablets: z.record(host, count),
  }),
  /** A load that has begun and does not end; `database` is a name. */
  z.strictObject({ kind: z.literal('open-transaction'), database: z.string(), label: z.string(), on: isOn }),
  /** A job that runs: schema changes and rollups also put their table into that state. */
  z.strictObject({
    kind: z.literal('running-job'),
    job: z.enum(['schema_change', 'rollup', 'backup', 'restore', 'load']),
    database: z.string(),
    table: z.string(),
    on: isOn,
  }),
  /** Queries that run on a BE and do not end by themselves. */
  z.strictObject({ kind: z.literal('running-queries'), host, queries: count }),
  /** Group-commit WALs of a BE that are not finished: its row stays. */
  z.strictObject({ kind: z.literal('unfinished-wals'), host, wals: count }),
  /** A host that the others cannot reach and that reaches none of them; its processes run on. */
  z.strictObject({ kind: z.literal('partitioned-host'), host, on: isOn }),
  /** The storage of a BE belongs to another cluster, as that of a host that was taken from there. null: it is empty. */
  z.strictObject({ kind: z.literal('foreign-storage'), host, clusterId: z.string().regex(/^\d+$/).nullable() }),
]);

export type Fault = Readonly<z.infer<typeof SHAPE>>;

/** What was asked for cannot be: the text says what would be right. */
export class FaultError extends Error {
  readonly code = 'simulator-bad-fault';
  constructor(message: string) {
    super(message);
    this.name = 'FaultError';
  }
}

/** Reads a fault as it comes over HTTP. Throws FaultError. */
export function parseFault(value: unknown): Fault {
  const parsed = SHAPE.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'fault'}: ${message}`);
  throw new FaultError(problems.join('; '));
}
