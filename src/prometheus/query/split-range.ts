import type { EpochMs } from '../../domain/instant.ts';

/** Prometheus refuses more than 11,000 points a series. */
const MAX_POINTS = 10_000;
/** About 1 MB of text: milliseconds to add up, and no work that keeps Prometheus busy past its time-out. */
const MAX_SAMPLES = 50_000;

export interface RangeRequest {
  readonly from: EpochMs;
  /** Included when it lies on the grid. */
  readonly until: EpochMs;
  readonly stepMs: number;
  /** Series that are expected, so that replies stay small. */
  readonly expectedSeries: number;
}

/** Consecutive parts on one grid, none of which asks for too many points or samples. Nothing when `until` is before `from`. */
export function splitRange(request: RangeRequest): readonly { readonly from: EpochMs; readonly until: EpochMs }[] {
  const points = Math.max(1, Math.min(MAX_POINTS, Math.floor(MAX_SAMPLES / Math.max(1, request.expectedSeries))));
  const parts: { from: EpochMs; until: EpochMs }[] = [];
  for (let from = request.from; from <= request.until; from += points * request.stepMs) {
    parts.push({ from, until: Math.min(request.until, from + (points - 1) * request.stepMs) });
  }
  return parts;
}
