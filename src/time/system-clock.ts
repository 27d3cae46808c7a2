import type { Clock } from '../domain/ports/clock.ts';
import { sleepUntilDue } from './sleep.ts';

/** The machine's own time. Sleeping goes by the monotonic clock: a wall clock set back does not prolong it. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    sleep(ms, signal) {
      const end = performance.now() + ms;
      return sleepUntilDue({ remainingMs: () => end - performance.now(), signal });
    },
  };
}
