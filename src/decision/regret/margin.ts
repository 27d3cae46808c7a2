import type { EpochMs } from '../../domain/instant.ts';
import type { GroupRegrets, Judgement } from '../../domain/regret.ts';
import { percentText } from '../explain/text.ts';

const DAY_MS = 86_400_000;
/** Regrets matter for so long. */
export const REMEMBERED_MS = 28 * DAY_MS;
/** A single one may be chance. */
const WIDENS_FROM = 2;
const SHARE = 0.05;
const MOST = 0.2;
/** In full for two weeks, then less from day to day. */
const FULL_MS = 14 * DAY_MS;
/** So many are no chance: a person should look. */
const RESTS_FROM = 4;

export interface RegretMargin {
  /** Of the required nodes. */
  readonly ratio: number;
  /** `2 scale-ins of the last 28 days were regretted: 10 % more`. */
  readonly text: string;
}

/** What repeated regret adds to the nodes that a scale-in must leave; undefined while it adds nothing. */
export function regretMargin(regrets: GroupRegrets | undefined, at: EpochMs): RegretMargin | undefined {
  const grave = regrettedScaleIns(regrets, at);
  if (grave.length < WIDENS_FROM) return undefined;
  const sum = grave.reduce((total, { judgedAt }) => total + weight(at - judgedAt), 0);
  const ratio = Math.min(MOST, SHARE * sum);
  return ratio <= 0 ? undefined : { ratio, text: `${countText(grave.length)}: ${percentText(ratio)} more` };
}

export interface RegretRest {
  /** When the oldest of them no longer counts. */
  readonly until: EpochMs;
  /** `4 scale-ins of the last 28 days were regretted`. */
  readonly text: string;
}

/** Whether scale-in rests because it went wrong too often; what a person pardoned does not count. */
export function regretRest(regrets: GroupRegrets | undefined, at: EpochMs): RegretRest | undefined {
  const pardonedAt = regrets?.pardonedAt ?? -Infinity;
  const grave = regrettedScaleIns(regrets, at).filter(({ judgedAt }) => judgedAt > pardonedAt);
  const last = grave.at(-RESTS_FROM);
  return last === undefined ? undefined : { until: last.judgedAt + REMEMBERED_MS, text: countText(grave.length) };
}

/** Records are never changed in place, and asked at every decision until there is a new one. */
const regretted = new WeakMap<GroupRegrets, readonly Judgement[]>();

/**
 * By the time of the judgement, oldest first. Load that merely lay above the target is not among them: the forecast learns from it by
 * itself, and would be told twice.
 */
function regrettedScaleIns(regrets: GroupRegrets | undefined, at: EpochMs): readonly Judgement[] {
  if (regrets === undefined) return [];
  let all = regretted.get(regrets);
  if (all === undefined) {
    all = regrets.judged
      .filter((each) => each.to < each.from && isGrave(each))
      .toSorted((a, b) => a.judgedAt - b.judgedAt);
    regretted.set(regrets, all);
  }
  const counts = (each: Judgement): boolean => each.judgedAt <= at && each.judgedAt > at - REMEMBERED_MS;
  return all.every(counts) ? all : all.filter(counts);
}

function isGrave({ regrets, saturated }: Judgement): boolean {
  return regrets.includes('reverted') || saturated === true;
}

function weight(ageMs: number): number {
  return Math.min(1, (REMEMBERED_MS - ageMs) / (REMEMBERED_MS - FULL_MS));
}

function countText(count: number): string {
  return `${String(count)} scale-ins of the last 28 days were regretted`;
}
