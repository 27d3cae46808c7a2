import type { EpochMs } from '../../domain/instant.ts';

/** By so much clocks differ without a jump. */
const CLOCK_MS = 120_000;

/** Whether an instant was told by a clock that was ahead and was set right: how long ago it was nobody knows. */
export function isAhead(told: EpochMs, at: EpochMs): boolean {
  return told > at + CLOCK_MS;
}
