import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { firstFrom } from './first-from.ts';
import { sizeMeasure } from './measure.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Looked back at; by the median of four weeks a single load or purge is no trend. */
const DAYS = 29;
const WEEK_DAYS = 7;
/** Days of which the mean is taken while there is no week to tell them apart. */
const FEW_DAYS = 7;
/** Disks fill slowly: one slot in so many tells the median of a day. */
const EVERY = 4;
/** Days that must be compared: one alone is chance. */
const LEAST = 2;

interface Known {
  readonly asOf: EpochMs;
  /** Where the slots began: of a longer past more may be told. */
  readonly since: EpochMs | undefined;
  readonly perDay: number | undefined;
}

/** What four weeks tell is told once an hour: a history is new with every slot, its slots are the same array, grown. */
const known = new WeakMap<readonly LoadSlot[], Known>();

/**
 * Bytes per day by which the data of a group grows, never below 0; undefined = it cannot be told. Medians of whole days are
 * compared, and only days with the same backends: what a backend that came or went had on its disks is no growth. Slots in
 * which we moved data count it twice and are left out. With two weeks of it each day of the week has the median of its own
 * growth, so that a purge of every Sunday is part of the trend and a single one is not. As of the full hour before `at`.
 */
export function diskGrowth(history: LoadHistory | undefined, group: GroupPolicy, at: EpochMs): number | undefined {
  const signal = group.signals.find((each) => sizeMeasure(each) === 'bytes');
  if (history === undefined || signal === undefined) return undefined;
  const slots = history.signals[signal.name];
  if (slots === undefined) return undefined;
  const since = slots[0]?.slotStartMs;
  const asOf = Math.floor(at / HOUR_MS) * HOUR_MS;
  const found = known.get(slots);
  if (found?.asOf === asOf && found.since === since) return found.perDay;
  const perDay = growthOf(slots, asOf);
  known.set(slots, { asOf, since, perDay });
  return perDay;
}

function growthOf(slots: readonly LoadSlot[], at: EpochMs): number | undefined {
  const days = Array.from({ length: DAYS }, (_, index) => {
    const startMs = at - (DAYS - index) * DAY_MS;
    const own = slotsWithin(slots, startMs, startMs + DAY_MS);
    return { bytes: median(own.map(({ load }) => load)), nodes: median(own.map(({ nodes }) => nodes)) };
  });
  const grown = days.slice(1).map(({ bytes, nodes }, index) => {
    const before = days[index];
    return bytes === undefined || before?.bytes === undefined || before.nodes !== nodes
      ? undefined
      : bytes - before.bytes;
  });
  const byWeekday = Array.from({ length: WEEK_DAYS }, (_, weekday) =>
    grown.filter((each, index): each is number => each !== undefined && index % WEEK_DAYS === weekday),
  );
  const lately = grown.slice(-FEW_DAYS).filter((each) => each !== undefined);
  const isWeekly = byWeekday.every((each) => each.length >= LEAST);
  if (!isWeekly && lately.length < LEAST) return undefined;
  return Math.max(0, mean(isWeekly ? byWeekday.map((each) => middle(each)) : lately));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** Of an even number the mean of the two in the middle. */
function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return mean(sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1));
}

/** Slots are oldest first: of thousands only the day's are looked at. */
function slotsWithin(slots: readonly LoadSlot[], startMs: EpochMs, endMs: EpochMs): readonly LoadSlot[] {
  const within = slots.slice(firstFrom(slots, startMs), firstFrom(slots, endMs));
  return within.filter(({ migrating }, index) => !migrating && index % EVERY === 0);
}

function median(values: readonly number[]): number | undefined {
  const [first] = values;
  if (values.every((value) => value === first)) return first;
  return Float64Array.from(values).sort()[Math.floor(values.length / 2)];
}
