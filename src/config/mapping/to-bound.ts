import { DURATION_PATTERN, durationMs, PERCENTAGE_PATTERN, percentageRatio } from '../parse-units.ts';

/** `85%` to 0.85, `5s` to 5000 (milliseconds, as Doris gives latencies), a number as it is. */
export function boundNumber(bound: number | string): number {
  if (typeof bound === 'number') return bound;
  if (PERCENTAGE_PATTERN.test(bound)) return percentageRatio(bound);
  return DURATION_PATTERN.test(bound) ? durationMs(bound) : Number.NaN;
}
