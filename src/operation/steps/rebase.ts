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
  const told = Object.entries(data).flatMap(([name, value]) => instantsIn(name, value));
  return Math.max(startedAt, endedAt ?? 0, ...told.filter(Number.isFinite));
}

function rebaseStep(record: StepRecord, jumpMs: number): StepRecord {
  const data = Object.entries(record.data).map(([name, value]) => [name, shifted(name, value, jumpMs)]);
  return {
    ...record,
    startedAt: record.startedAt + jumpMs,
    data: Object.fromEntries(data) as StepRecord['data'],
  };
}

/** Instants are what is named `...At`: a number, or a map of numbers kept as texts; and the first of each sample. */
function shifted(name: string, value: JsonValue, jumpMs: number): JsonValue {
  if (name === 'samples' && isList(value)) return value.map((sample) => shiftedSample(sample, jumpMs));
  if (!name.endsWith('At')) return value;
  if (typeof value === 'number') return value + jumpMs;
  if (typeof value !== 'object' || value === null || isList(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? String(Number(each) + jumpMs) : each]),
  );
}

/** What `shifted` moves. */
function instantsIn(name: string, value: JsonValue): readonly number[] {
  if (name === 'samples' && isList(value)) {
    return value.flatMap((sample) => (isList(sample) && typeof sample[0] === 'number' ? [sample[0]] : []));
  }
  if (!name.endsWith('At')) return [];
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null || isList(value)) return [];
  return Object.values(value).flatMap((each) => (typeof each === 'string' ? [Number(each)] : []));
}

function shiftedSample(sample: JsonValue, jumpMs: number): JsonValue {
  if (!isList(sample)) return sample;
  const [at, ...rest] = sample;
  return typeof at === 'number' ? [at + jumpMs, ...rest] : sample;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
