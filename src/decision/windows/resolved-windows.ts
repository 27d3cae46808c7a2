import type { EpochMs, Interval } from '../../domain/instant.ts';
import type {
  DeniedInterval,
  EffectiveWindow,
  WindowEntry,
  WindowInstance,
  WindowsPolicy,
} from '../../domain/window.ts';
import { eachInstance } from './instances.ts';
import { mergeIntervals, subtract } from './intervals.ts';
import { DAY_MS } from './local-date.ts';
import { formatDuration } from './local-time.ts';

/** How far the true ends of a window are looked for; what is longer is cut there. */
export const HORIZON_MS = 400 * DAY_MS;
/** Resolved ahead of what is asked and a little behind it: a clock that goes on for a year, and looks ahead, does not resolve again. */
const AHEAD_MS = 2 * HORIZON_MS + 60 * DAY_MS;
const BEHIND_MS = 30 * DAY_MS;
const LONGEST_MS = 20 * HORIZON_MS;
const ALWAYS = 'always';

/** The windows of a policy as sorted arrays of instants. True within [fromMs, untilMs). */
export interface ResolvedWindows {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Disjoint, by start. */
  readonly windows: readonly ResolvedWindow[];
  /** By start; may overlap. */
  readonly denied: readonly DeniedInterval[];
}

/** A window as it is shown, and what it was made of, for one so long that only a part is shown. */
export interface ResolvedWindow extends Interval {
  readonly shown: EffectiveWindow;
  readonly parts: readonly WindowInstance[];
  /** Why it opens and closes where no allow does. */
  readonly opens: readonly string[];
  readonly closes: readonly string[];
}

/** Policies are never changed in place: a reload makes a new object. */
const cache = new WeakMap<WindowsPolicy, ResolvedWindows>();

/** Zones are resolved here and nowhere else, once for each local day. */
export function resolveWindows(policy: WindowsPolicy, range: Interval): ResolvedWindows {
  const known = cache.get(policy);
  if (known !== undefined && range.startMs >= known.fromMs && range.endMs <= known.untilMs) return known;
  if (!Number.isFinite(range.startMs) || !Number.isFinite(range.endMs))
    throw new RangeError('an instant is not finite');
  let span = { startMs: range.startMs - BEHIND_MS, endMs: range.endMs + AHEAD_MS };
  if (known !== undefined) {
    const both = { startMs: Math.min(span.startMs, known.fromMs), endMs: Math.max(span.endMs, known.untilMs) };
    if (both.endMs - both.startMs <= LONGEST_MS) span = both;
  }
  const resolved = resolve(policy, span);
  cache.set(policy, resolved);
  return resolved;
}

function resolve(policy: WindowsPolicy, { startMs: fromMs, endMs: untilMs }: Interval): ResolvedWindows {
  const seen = { startMs: fromMs - HORIZON_MS, endMs: untilMs + HORIZON_MS };
  const instances = (entries: readonly WindowEntry[]): readonly WindowInstance[] =>
    entries.flatMap((entry) => [...eachInstance(entry, policy.timezone, seen)]);

  const allowed = policy.always ? [always(seen)] : instances(policy.allow);
  const denied = instances(policy.deny)
    .filter((instance) => instance.endMs > instance.startMs)
    .map(({ name, startMs, endMs }): DeniedInterval => ({ name, startMs, endMs }))
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const holes = mergeIntervals(denied);
  const windows = mergeIntervals(allowed).flatMap((span) => {
    const left = subtract(span, holes);
    return left.map((piece): ResolvedWindow => {
      const parts = left.length === 1 ? span.parts : span.parts.filter((part) => meets(part, piece));
      const { startMs, endMs } = piece;
      const opens = piece.after === undefined ? [] : [`opens when ${namesOf(piece.after.parts)} ends`];
      const closes = piece.before === undefined ? [] : [`closes when ${namesOf(piece.before.parts)} begins`];
      const shown = {
        startMs,
        endMs,
        usableFromMs: startMs,
        usableUntilMs: Math.max(startMs, endMs - policy.guardMs),
        names: namesIn(policy, parts),
        notes: [...notesOf(parts), ...opens, ...closes],
      };
      return { startMs, endMs, shown, parts, opens, closes };
    });
  });
  return { fromMs, untilMs, windows, denied };
}

/** In the order of the policy, whatever the range. */
export function namesIn(policy: WindowsPolicy, parts: readonly WindowInstance[]): readonly string[] {
  const names = new Set(parts.map((part) => part.name));
  return policy.always
    ? [...names]
    : [...new Set(policy.allow.map((entry) => entry.name))].filter((name) => names.has(name));
}

export function notesOf(parts: readonly WindowInstance[]): readonly string[] {
  return parts.flatMap(noteOf);
}

export function meets(part: Interval, range: Interval): boolean {
  return part.startMs < range.endMs && part.endMs > range.startMs;
}

function always(seen: Interval): WindowInstance {
  return { ...seen, name: ALWAYS, localDate: '', note: undefined, nominalMs: seen.endMs - seen.startMs };
}

function noteOf(instance: WindowInstance): readonly string[] {
  if (instance.note === undefined) return [];
  const length = formatDuration(instance.endMs - instance.startMs);
  return [
    `${instance.name} of ${instance.localDate} is shortened to ${length} by a change of the clock (${formatDuration(instance.nominalMs)} otherwise)`,
  ];
}

function namesOf(parts: readonly DeniedInterval[]): string {
  return [...new Set(parts.map((part) => part.name))].join(', ');
}
