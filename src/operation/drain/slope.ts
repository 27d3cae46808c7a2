import type { EpochMs } from '../../domain/instant.ts';

export interface Point {
  readonly at: EpochMs;
  readonly value: number;
}

/** How fast a value falls, per ms; negative where it rises. */
export interface Slope {
  readonly perMs: number;
  /** Bounds of the 90 % interval. */
  readonly slowestPerMs: number;
  readonly fastestPerMs: number;
}

const LEAST_POINTS = 3;
/** Two-sided 90 % of the normal distribution. */
const Z = 1.645;

/**
 * Theil-Sen: the median of the slopes between all pairs of points, which a quarter of wild points does not move, with Sen's
 * interval for it. Undefined for fewer than three instants. Points in any order.
 */
export function fallOf(points: readonly Point[]): Slope | undefined {
  if (new Set(points.map(({ at }) => at)).size < LEAST_POINTS) return undefined;
  const slopes = slopesOf(points).sort();
  const n = points.length;
  const half = (Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2;
  const middle = (slopes.length - 1) / 2;
  return {
    perMs: at(slopes, middle),
    slowestPerMs: at(slopes, Math.max(0, Math.floor(middle - half))),
    fastestPerMs: at(slopes, Math.min(slopes.length - 1, Math.ceil(middle + half))),
  };
}

/** Between all pairs; typed, because they are sorted at every look. */
function slopesOf(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  for (const [index, from] of points.entries()) {
    for (let other = index + 1; other < points.length; other += 1) {
      const to = points[other];
      if (to !== undefined && to.at !== from.at) slopes[count++] = (from.value - to.value) / (to.at - from.at);
    }
  }
  return slopes.subarray(0, count);
}

/** Between two places the mean of both. */
function at(sorted: Float64Array, place: number): number {
  return ((sorted[Math.floor(place)] ?? 0) + (sorted[Math.ceil(place)] ?? 0)) / 2;
}

export interface Arrival {
  readonly at: EpochMs;
  readonly earliestAt: EpochMs;
  /** Undefined: at its slowest it never ends. */
  readonly latestAt: EpochMs | undefined;
}

/** When a value reaches zero. Undefined while it does not fall. */
export function arrivalOf(left: number, slope: Slope, now: EpochMs): Arrival | undefined {
  if (slope.perMs <= 0) return undefined;
  const reached = (perMs: number): EpochMs => Math.round(now + left / perMs);
  return {
    at: reached(slope.perMs),
    earliestAt: reached(slope.fastestPerMs),
    latestAt: slope.slowestPerMs <= 0 ? undefined : reached(slope.slowestPerMs),
  };
}
