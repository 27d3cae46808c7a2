import type { LoadHistory, LoadSlot } from '../../../domain/demand.ts';
import type { GroupPolicy } from '../../../domain/group-policy.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import { firstFrom } from '../../demand/first-from.ts';
import { sizeMeasure } from '../../demand/measure.ts';

const DAY_MS = 86_400_000;
const DAYS = 8;
/** Days that must be compared: one alone is chance. */
const LEAST = 2;

/** Sizing is reused for the same closed slot, and so is this. */
const known = new WeakMap<LoadHistory, number | undefined>();

/**
 * Bytes per day by which the data of a group has grown over the last 8 days, never below 0; undefined = it cannot be told.
 * Medians of whole days are compared, and only days with the same backends: what a backend that came or went had on its disks
 * is no growth. Slots in which we moved data count it twice and are left out.
 */
export function diskGrowth(history: LoadHistory | undefined, group: GroupPolicy, at: EpochMs): number | undefined {
  const signal = group.signals.find((each) => sizeMeasure(each) === 'bytes');
  if (history === undefined || signal === undefined) return undefined;
  if (!known.has(history)) known.set(history, growthOf(history.signals[signal.name] ?? [], at));
  return known.get(history);
}

function growthOf(slots: readonly LoadSlot[], at: EpochMs): number | undefined {
  const days = Array.from({ length: DAYS }, (_, index) => {
    const startMs = at - (DAYS - index) * DAY_MS;
    const own = slotsWithin(slots, startMs, startMs + DAY_MS);
    return { bytes: median(own.map(({ load }) => load)), nodes: median(own.map(({ nodes }) => nodes)) };
  });
  const grown = days.slice(1).flatMap(({ bytes, nodes }, index) => {
    const before = days[index];
    if (bytes === undefined || before?.bytes === undefined || before.nodes !== nodes) return [];
    return [bytes - before.bytes];
  });
  if (grown.length < LEAST) return undefined;
  return Math.max(0, grown.reduce((sum, each) => sum + each, 0) / grown.length);
}

/** Slots are oldest first: of thousands only the day's are looked at. */
function slotsWithin(slots: readonly LoadSlot[], startMs: EpochMs, endMs: EpochMs): readonly LoadSlot[] {
  const within = slots.slice(firstFrom(slots, startMs), firstFrom(slots, endMs));
  return within.filter(({ migrating }) => !migrating);
}

function median(values: readonly number[]): number | undefined {
  const [first] = values;
  if (values.every((value) => value === first)) return first;
  return Float64Array.from(values).sort()[Math.floor(values.length / 2)];
}
