import type { BoundBy, ExpectedHour, GroupForecast } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import { startOf } from '../forecast/series.ts';
import { wholeNodes } from '../sizing/round.ts';
import type { Sized } from '../sizing/size-group.ts';
import type { World } from '../world.ts';

const HOUR_MS = 3_600_000;
/** Records are kept: no more than two days of it. */
const MOST_HOURS = 48;

/** What is expected until the next window, and which part made the number. */
export function forecastView(world: World, group: GroupPolicy, sized: Sized): GroupForecast {
  const { required } = sized;
  const { forecast, knowledge } = required;
  return {
    boundBy: boundBy(group, sized),
    signal: required.signal,
    requiredNodes: required.nodes,
    expert: forecast?.expert,
    expectedNodes: forecast?.expected === undefined ? undefined : rounded(forecast.expected),
    headroomRatio: forecast?.headroom === undefined ? undefined : rounded(forecast.headroom - 1),
    samples: forecast?.samples ?? 0,
    knownDays: knowledge === undefined ? undefined : rounded(knowledge.knownDays),
    neededDays: knowledge?.neededDays,
    hours: hoursAhead(world, sized),
  };
}

function boundBy(group: GroupPolicy, { required, floor }: Sized): BoundBy {
  const need = required.nodes === undefined ? undefined : wholeNodes(required.nodes);
  if (need === undefined || floor > need) {
    if (floor > group.min) return 'schedule';
    return need === undefined ? 'unknown' : 'min';
  }
  return required.forecast?.bound ?? 'trailing';
}

function hoursAhead({ at, nextWindow }: World, { required }: Sized): readonly ExpectedHour[] {
  const untilMs = Math.min(nextWindow?.startMs ?? Infinity, at + MOST_HOURS * HOUR_MS);
  return required.outlook(untilMs).map(({ from, until, expected, low, high }) => ({
    startMs: startOf(from),
    endMs: startOf(until),
    expectedNodes: rounded(expected),
    lowNodes: rounded(low),
    highNodes: rounded(high),
  }));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
