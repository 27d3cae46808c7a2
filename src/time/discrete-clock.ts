import type { EpochMs } from '../domain/instant.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { reasonOf } from './sleep.ts';

/** Business time that stands still until it is driven. */
export interface DiscreteClock extends Clock {
  /**
   * Lets everything up to an instant happen: what is runnable, then timer by timer, and ends there; or where it is, as soon
   * as `enough` says so after a timer.
   */
  advanceTo(at: EpochMs, enough?: () => boolean): Promise<void>;
  advanceBy(ms: number, enough?: () => boolean): Promise<void>;
  /**
   * Jumps from timer to timer until the promise settles, and settles like it. Rejects when nothing is left to wait for,
   * or when it would pass `until`.
   */
  drive<T>(promise: Promise<T>, until: EpochMs): Promise<T>;
  /** Moves the wall clock alone, as an administrator would; sleeping and monotonic time do not notice. */
  setWall(at: EpochMs): void;
  /** Timers that are waited for. */
  readonly pending: () => number;
}

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** Turns of the event loop that something may take before it is held to wait for time. */
const TURNS = 1000;

export interface DiscreteClockOptions {
  /** Which of the timers that are due at one instant fires first, 0 <= index < count; by default the one set first. */
  readonly choose?: (count: number) => number;
}

/**
 * A virtual clock for one process without sockets: time jumps to the next timer when nothing is runnable. Timers of the
 * same instant fire in the order in which they were set, or as `choose` says, and all that follows from one runs before
 * the next.
 */
export function discreteClock(startAtMs: EpochMs, { choose }: DiscreteClockOptions = {}): DiscreteClock {
  let elapsedMs = 0;
  let wallOffsetMs = startAtMs;
  const timers: Timer[] = [];

  const add = (timer: Timer): void => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.dueMs ?? Infinity) <= timer.dueMs) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  };
  const remove = (timer: Timer): void => {
    const index = timers.indexOf(timer);
    if (index >= 0) timers.splice(index, 1);
  };

  /** How many are due at the same instant as the first. */
  const dueWith = ({ dueMs }: Timer): number => {
    const later = timers.findIndex((each) => each.dueMs > dueMs);
    return later === -1 ? timers.length : later;
  };

  /** Fires the next timer that is due by then, and lets all that follows run. */
  const step = async (latestMs: number): Promise<boolean> => {
    const [timer] = timers;
    if (timer === undefined || timer.dueMs > latestMs) return false;
    const [first = timer] = timers.splice(choose === undefined ? 0 : choose(dueWith(timer)), 1);
    elapsedMs = Math.max(elapsedMs, first.dueMs);
    first.fire();
    await runnable();
    return true;
  };

  const advanceElapsed = async (targetMs: number, enough: () => boolean = () => false): Promise<void> => {
    await runnable();
    do if (enough()) return;
    while (await step(targetMs));
    elapsedMs = Math.max(elapsedMs, targetMs);
  };

  return {
    now: () => wallOffsetMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(reasonOf(signal));
          return;
        }
        const abort = (): void => {
          remove(timer);
          reject(reasonOf(signal));
        };
        const timer: Timer = {
          dueMs: elapsedMs + Math.max(0, ms),
          fire() {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        add(timer);
      }),
    advanceTo: (at, enough) => advanceElapsed(at - wallOffsetMs, enough),
    advanceBy: (ms, enough) => advanceElapsed(elapsedMs + ms, enough),
    async drive(promise, until) {
      let settled = false;
      const watched = promise.finally(() => {
        settled = true;
      });
      // Whoever awaits the result hears of it; this only keeps a rejection from being called unhandled meanwhile.
      watched.catch(() => undefined);
      for (;;) {
        // Work that gives way in between, such as a store's, is not waiting for time.
        for (let turn = 0; turn < TURNS && !settled; turn += 1) await runnable();
        if (settled) return watched;
        const next = timers[0];
        if (next === undefined) throw new Error('nothing is left to wait for, and it has not ended');
        if (wallOffsetMs + next.dueMs > until) throw new Error('it has not ended by the given instant');
        await step(next.dueMs);
      }
    },
    setWall(at) {
      wallOffsetMs = at - elapsedMs;
    },
    pending: () => timers.length,
  };
}

/** A turn of the event loop: every microtask that can run has run when it ends. */
function runnable(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
