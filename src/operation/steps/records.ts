import type { EpochMs } from '../../domain/instant.ts';
import type { JsonValue, Operation, StepRecord } from '../../domain/operation.ts';

/** Index of the steps that an operation takes once, not for each target. */
export const WHOLE = -1;
/** Record of the whole operation: bytes a day, as measured at its admission. */
export const DATA_GROWTH = 'data-growth';

/** `0.decommission`, or `all.restore` for a step of the whole operation. */
export function recordKey(index: number, step: string): string {
  return index === WHOLE ? `all.${step}` : `${String(index)}.${step}`;
}

export function recordOf(operation: Operation, index: number, step: string): StepRecord | undefined {
  const key = recordKey(index, step);
  return operation.steps.find((record) => record.key === key);
}

/** Done, not needed, or given up without harm: the next step's turn. */
export function isPassed(record: StepRecord | undefined): boolean {
  return record !== undefined && (record.state === 'done' || record.state === 'skipped' || record.state === 'failed');
}

export function isDone(operation: Operation, index: number, step: string): boolean {
  return recordOf(operation, index, step)?.state === 'done';
}

/** Its intent stands: sent, perhaps; a step that was taken back does not count. */
export function isBegun(operation: Operation, index: number, step: string): boolean {
  const record = recordOf(operation, index, step);
  return record !== undefined && record.state !== 'undone' && record.state !== 'skipped';
}

/** Its way out was taken back at least once: nobody knows in which window it leaves. */
export function wasTakenBack({ operation, index }: { readonly operation: Operation; readonly index: number }): boolean {
  return recordOf(operation, index, 'back') !== undefined;
}

export function begin(operation: Operation, index: number, step: string, at: EpochMs, detail: string): StepRecord {
  const old = recordOf(operation, index, step);
  const again = old !== undefined && old.state === 'intent';
  const { answeredAt: _a, error: _e, errorCode: _c, ...kept } = old?.data ?? {};
  return {
    key: recordKey(index, step),
    state: 'intent',
    attempts: (old?.attempts ?? 0) + 1,
    startedAt: again ? old.startedAt : at,
    endedAt: undefined,
    detail,
    data: again ? { ...kept, sentAt: at } : { sentAt: at },
  };
}

export function settle(
  record: StepRecord,
  state: 'done' | 'failed' | 'skipped' | 'undone',
  at: EpochMs,
  detail: string,
  data: Readonly<Record<string, JsonValue>> = {},
): StepRecord {
  return { ...record, state, endedAt: at, detail, data: { ...record.data, ...data } };
}

/** The operation with the record put in its place. */
export function withRecord(operation: Operation, record: StepRecord): Operation {
  const known = operation.steps.some((each) => each.key === record.key);
  const steps = known
    ? operation.steps.map((each) => (each.key === record.key ? record : each))
    : [...operation.steps, record];
  return { ...operation, steps };
}

export function numberIn(data: Readonly<Record<string, JsonValue>>, name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' ? value : undefined;
}

export function textIn(data: Readonly<Record<string, JsonValue>>, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}

/** A map of texts kept in a record: config keys and values. */
export function textsIn(data: Readonly<Record<string, JsonValue>>, name: string): Readonly<Record<string, string>> {
  const value = data[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
