import type { EpochMs } from '../../domain/instant.ts';
import type { JsonValue, Operation, StepRecord } from '../../domain/operation.ts';

/**
 * An operation told in a wall clock that has just jumped: what is in hand began as long ago as before, so that no deadline,
 * stall or retry comes early or late by the jump. What has ended stays as it was written; instants of windows are the clock's
 * own and stay too.
 */
export function rebase(operation: Operation, jumpMs: number): Operation {
  return {
    ...operation,
    startedAt: operation.startedAt === undefined ? undefined : operation.startedAt + jumpMs,
    steps: operation.steps.map((record) => (record.state === 'intent' ? rebaseStep(record, jumpMs) : record)),
  };
}

/** The newest instant that a record tells. */
export function newestAt({ startedAt, endedAt, data }: StepRecord): EpochMs {
  let newest = Math.max(startedAt, endedAt ?? 0);
  for (const [name, value] of Object.entries(data)) {
    withInstants(name, value, (at) => {
      if (Number.isFinite(at)) newest = Math.max(newest, at);
      return at;
    });
  }
  return newest;
}

function rebaseStep(record: StepRecord, jumpMs: number): StepRecord {
  const data = Object.entries(record.data).map(([name, value]) => [
    name,
    withInstants(name, value, (at) => at + jumpMs),
  ]);
  return {
    ...record,
    startedAt: record.startedAt + jumpMs,
    data: Object.fromEntries(data) as StepRecord['data'],
  };
}

/** Instants are what is named `...At`: a number, or a map of numbers kept as texts; and the first of each sample. */
function withInstants(name: string, value: JsonValue, move: (at: EpochMs) => EpochMs): JsonValue {
  if (name === 'samples' && isList(value)) return value.map((sample) => withFirst(sample, move));
  if (!name.endsWith('At')) return value;
  if (typeof value === 'number') return move(value);
  if (typeof value !== 'object' || value === null || isList(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? String(move(Number(each))) : each]),
  );
}

function withFirst(sample: JsonValue, move: (at: EpochMs) => EpochMs): JsonValue {
  if (!isList(sample)) return sample;
  const [at, ...rest] = sample;
  return typeof at === 'number' ? [move(at), ...rest] : sample;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
