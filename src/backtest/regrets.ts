import type { EpochMs } from '../domain/instant.ts';
import type { Change } from './live/replay.ts';
import { highest } from './baselines/problem.ts';
import { MINUTE_MS } from './trace/trace.ts';
import type { NeededNodes } from './world/needed.ts';

const DAY_MS = 86_400_000;

/**
 * `reverted`: nodes that were removed were ordered again within a day; `short`: load was above the target of what was left
 * within a day of a removal; `unused`: nodes were removed again, or the trace ended a day later or more, without having been needed.
 */
export type RegretKind = 'reverted' | 'short' | 'unused';

export interface Regret {
  readonly kind: RegretKind;
  readonly at: EpochMs;
  readonly from: number;
  readonly to: number;
}

/** Changes that turned out wrong, as far as a load tells. What was not yet a day ago is not judged. */
export function regretsOf(changes: readonly Change[], needed: NeededNodes, delayMinutes: number): readonly Regret[] {
  const endMs = needed.startMs + needed.atTarget.length * MINUTE_MS;
  const peak = (fromMs: EpochMs, untilMs: EpochMs): number =>
    highest(needed.atTarget, minuteOf(needed, fromMs), minuteOf(needed, Math.min(untilMs, endMs)));
  return changes.flatMap((change, index): readonly Regret[] => {
    const { at, from, to } = change;
    const later = changes.slice(index + 1);
    const regret = (kind: RegretKind): readonly Regret[] => [{ kind, at, from, to }];
    if (to < from) {
      const next = later[0];
      if (next !== undefined && next.to > next.from && next.at < at + DAY_MS) return regret('reverted');
      return peak(at, Math.min(next?.at ?? Infinity, at + DAY_MS)) > to * (1 + 1e-9) ? regret('short') : [];
    }
    const gone = later.find((each) => each.to <= from);
    const untilMs = gone?.at ?? endMs;
    const servedFromMs = at + delayMinutes * MINUTE_MS;
    if (gone === undefined && untilMs < servedFromMs + DAY_MS) return [];
    return peak(servedFromMs, untilMs) <= from * (1 + 1e-9) ? regret('unused') : [];
  });
}

function minuteOf({ startMs }: NeededNodes, at: EpochMs): number {
  return Math.floor((at - startMs) / MINUTE_MS);
}
