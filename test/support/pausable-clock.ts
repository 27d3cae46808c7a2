import type { Clock } from '../../src/domain/ports/clock.ts';
import { sleepUntilDue } from '../../src/time/sleep.ts';

/** Business time that runs `factor` times as fast as real time while it runs, and can stand still. */
export interface PausableClock extends Clock {
  pause(): void;
  resume(): void;
  /** Lets so much pass at once. */
  skip(ms: number): void;
}

/** Stands still at first. */
export function pausableClock({
  startAtMs,
  factor,
}: {
  readonly startAtMs: number;
  readonly factor: number;
}): PausableClock {
  let passedMs = 0;
  let since: number | undefined;
  const elapsedMs = (): number => passedMs + (since === undefined ? 0 : (performance.now() - since) * factor);
  return {
    now: () => startAtMs + Math.floor(elapsedMs()),
    monotonicMs: elapsedMs,
    sleep(ms, signal) {
      const end = elapsedMs() + ms;
      return sleepUntilDue({ remainingMs: () => (end - elapsedMs()) / factor, signal });
    },
    pause() {
      passedMs = elapsedMs();
      since = undefined;
    },
    resume() {
      since ??= performance.now();
    },
    skip(ms) {
      passedMs += ms;
    },
  };
}
