import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { Judgement, RegretKind, SizeChange } from '../../domain/regret.ts';
import type { SlotDemand } from '../demand/slot-demand.ts';
import { nodesText } from '../explain/text.ts';

const DAY_MS = 86_400_000;
/** A scale-in is judged by the day after it, a scale-out by its first week. */
const AFTER_IN_MS = DAY_MS;
const AFTER_OUT_MS = 7 * DAY_MS;
/** With less of the load known, the verdict waits this long for the rest and then says so. */
const WAIT_MS = DAY_MS;
const KNOWN_SHARE = 0.9;
/** What ended so long before it could be judged is not judged any more: nobody watched. */
const TOO_LATE_MS = 2 * DAY_MS;

/** How many nodes a group had, from an instant on. */
export interface CountStep {
  readonly at: EpochMs;
  readonly nodes: number;
}

export interface Since {
  /** Oldest first, from the end of the change on. */
  readonly counts: readonly CountStep[];
  /** From the end of the change on. */
  readonly demand: SlotDemand;
  /** Share of the slots whose demand the policy lets lie below the target; the rest may lie above it. */
  readonly quantile: number;
  /** For so long nodes that go are not to be needed again (minHold): what comes back after it was planned. */
  readonly holdMs: number;
  readonly at: EpochMs;
}

/** The time that a change is judged by, at most. */
export function judgedBy({ endedAt, from, to }: SizeChange): Interval {
  return { startMs: endedAt, endMs: endedAt + (to < from ? AFTER_IN_MS : AFTER_OUT_MS) };
}

/** Until then a verdict waits for the load that is not known yet. */
export function waitsUntil(change: SizeChange): EpochMs {
  return judgedBy(change).endMs + WAIT_MS;
}

/** Whether it is time to judge a change, and not too late. A scale-out may be over sooner, when its nodes left. */
export function isDue(change: SizeChange, at: EpochMs): boolean {
  const { endMs } = judgedBy(change);
  if (change.to === change.from || at > endMs + TOO_LATE_MS) return false;
  return change.to > change.from ? at > change.endedAt : at >= endMs;
}

/** What became of a change; undefined while that cannot be said yet. */
export function judgeChange(change: SizeChange, since: Since): Judgement | undefined {
  return change.to < change.from ? judgeScaleIn(change, since) : judgeScaleOut(change, since);
}

function judgeScaleIn(change: SizeChange, { counts, demand, quantile, holdMs, at }: Since): Judgement | undefined {
  const span = judgedBy(change);
  if (at < span.endMs) return undefined;
  const heldUntilMs = (change.begunAt ?? change.endedAt) + Math.min(AFTER_IN_MS, holdMs);
  const back = counts.find(
    (step, index) => step.at > change.endedAt && step.at < heldUntilMs && grew(counts, index) && step.nodes > change.to,
  );
  // What came after the next change is that one's to answer for: a night of many steps is blamed but once.
  const changedAt = counts.find((step) => step.at > change.endedAt && step.nodes !== change.to)?.at ?? Infinity;
  const countAt = countsAlong(counts, change.to);
  const above = load(demand, span, (place, start) => {
    if (start >= changedAt) return { isAbove: false, isFull: false };
    const nodes = countAt(start);
    return { isAbove: (demand.atTarget[place] ?? NaN) > nodes, isFull: (demand.atFull[place] ?? NaN) > nodes };
  });
  const allowed = Math.floor((1 - quantile) * slotsOf(span) + 1e-9);
  const regrets: RegretKind[] = [];
  const why: string[] = [];
  if (back !== undefined) {
    regrets.push('reverted');
    why.push(`${nodesText(back.nodes)} again ${hoursText(back.at - change.endedAt)} later`);
  }
  if (above.full > 0 || above.above > allowed) {
    regrets.push('above-target');
    const full = above.full > 0 ? `, ${minutesText(above.full)} of them above 100 %` : '';
    why.push(`${minutesText(above.above)} above the target in the day after it${full}`);
  }
  const judged = verdict(change, at, span, { regrets, why, known: above.known });
  return judged === undefined || above.full === 0 ? judged : { ...judged, saturated: true };
}

function judgeScaleOut(change: SizeChange, { counts, demand, at }: Since): Judgement | undefined {
  const most = judgedBy(change);
  const added = change.to - change.from;
  const left = counts.find((step) => isWithin(step.at, most) && step.nodes <= change.from);
  const span = { startMs: change.endedAt, endMs: Math.min(left?.at ?? Infinity, most.endMs) };
  const countAt = countsAlong(counts, change.to);
  const used = load(demand, span, (place, start) => {
    // Nodes are alike: while fewer are left than there were, those of before are the last to go.
    const others = Math.max(change.from, countAt(start) - added);
    return { isAbove: (demand.atTarget[place] ?? NaN) > others, isFull: false };
  });
  if (used.above > 0 && at < most.endMs) return verdict(change, at, span, { regrets: [], why: [], known: 1 });
  if (at < span.endMs) return undefined;
  const never = used.above === 0 && used.known >= KNOWN_SHARE;
  return verdict(change, at, span, {
    regrets: never ? ['never-used'] : [],
    why: never ? [`the others carried all at the target ${left === undefined ? 'for 7 days' : 'until they left'}`] : [],
    known: used.above > 0 ? 1 : used.known,
  });
}

/** Without enough of the load nothing is called right; a regret that shows is one all the same. */
function verdict(
  { id, endedAt, from, to }: SizeChange,
  at: EpochMs,
  span: Interval,
  found: { readonly regrets: readonly RegretKind[]; readonly why: readonly string[]; readonly known: number },
): Judgement | undefined {
  const { regrets, why } = found;
  const known = found.known >= KNOWN_SHARE;
  if (!known && regrets.length === 0 && at < span.endMs + WAIT_MS) return undefined;
  const right = to < from ? 'the nodes that stayed carried the day after it' : 'the added nodes were needed';
  const unknown = `only ${String(Math.floor(found.known * 100))} % of the load since is known`;
  const detail = regrets.length > 0 ? why.join('; ') : known ? right : unknown;
  return { id, endedAt, from, to, judgedAt: at, regrets, known: known || regrets.length > 0, detail };
}

interface Seen {
  readonly above: number;
  readonly full: number;
  /** Share of the slots. */
  readonly known: number;
}

function load(
  demand: SlotDemand,
  span: Interval,
  look: (place: number, startMs: EpochMs) => { readonly isAbove: boolean; readonly isFull: boolean },
): Seen {
  let above = 0;
  let full = 0;
  let known = 0;
  for (let place = 0; place < demand.known.length; place += 1) {
    const startMs = demand.startMs + place * SLOT_MS;
    if (startMs < span.startMs || startMs + SLOT_MS > span.endMs) continue;
    known += demand.known[place] ?? 0;
    const { isAbove, isFull } = look(place, startMs);
    if (isAbove) above += 1;
    if (isFull) full += 1;
  }
  const slots = slotsOf(span);
  return { above, full, known: slots <= 0 ? 0 : known / slots };
}

/** Whole slots within a time. */
function slotsOf({ startMs, endMs }: Interval): number {
  return Math.max(0, Math.floor(endMs / SLOT_MS) - Math.ceil(startMs / SLOT_MS));
}

/** The nodes at instants that are asked for in ascending order. */
function countsAlong(counts: readonly CountStep[], otherwise: number): (at: EpochMs) => number {
  let nodes = otherwise;
  let next = 0;
  return (at) => {
    for (let step = counts[next]; step !== undefined && step.at <= at; step = counts[next]) {
      nodes = step.nodes;
      next += 1;
    }
    return nodes;
  };
}

function grew(counts: readonly CountStep[], index: number): boolean {
  const before = counts[index - 1];
  return before === undefined || (counts[index]?.nodes ?? 0) > before.nodes;
}

function isWithin(at: EpochMs, { startMs, endMs }: Interval): boolean {
  return at > startMs && at <= endMs;
}

function minutesText(slots: number): string {
  return `${String((slots * SLOT_MS) / 60_000)} min`;
}

function hoursText(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours === 0 ? `${String(Math.floor(ms / 60_000))} min` : `${String(hours)} h`;
}
