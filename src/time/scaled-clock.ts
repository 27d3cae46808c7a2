import type { EpochMs } from '../domain/instant.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { sleepUntilDue } from './sleep.ts';

export interface ScaledClockOptions {
  readonly startAtMs: EpochMs;
  /** Business milliseconds for each real one. */
  readonly factor: number;
}

/**
 * Business time that runs `factor` times as fast as real time, from a given instant; everything within one process that
 * shares it agrees. A timer of the process is never finer than 1 ms, so a sleep may end up to about 1 ms x factor late.
 */
export function scaledClock({ startAtMs, factor }: ScaledClockOptions): Clock {
  if (!(factor > 0)) throw new RangeError(`factor ${String(factor)} is not above 0`);
  const startedAt = performance.now();
  const elapsedMs = (): number => (performance.now() - startedAt) * factor;
  return {
    now: () => startAtMs + Math.floor(elapsedMs()),
    monotonicMs: elapsedMs,
    sleep(ms, signal) {
      const end = elapsedMs() + ms;
      return sleepUntilDue({ remainingMs: () => (end - elapsedMs()) / factor, signal });
    },
  };
}
