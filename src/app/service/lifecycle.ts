import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import { within } from './within.ts';

type Cleanup = () => Promise<void> | void;

/** Named cleanups, run last in first out, once, each within its own time. */
export interface Lifecycle {
  onStop(name: string, cleanup: Cleanup): void;
  /** Never rejects: what fails or hangs is logged, and the next part is stopped. */
  stop(): Promise<void>;
}

export function lifecycle(log: Log, clock: Pick<Clock, 'sleep'>, perCleanupMs: number): Lifecycle {
  const cleanups: { readonly name: string; readonly cleanup: Cleanup }[] = [];
  let stopped: Promise<void> | undefined;

  const stopOne = async (name: string, cleanup: Cleanup): Promise<void> => {
    try {
      await cleanup();
    } catch (error) {
      log.warn('a part did not stop cleanly', { part: name, error });
    }
  };
  const stopAll = async (): Promise<void> => {
    for (const { name, cleanup } of cleanups.toReversed()) {
      if (!(await within(clock, perCleanupMs, stopOne(name, cleanup))))
        log.warn('a part did not stop in time', { part: name, timeoutMs: perCleanupMs });
    }
  };
  return {
    onStop(name, cleanup) {
      cleanups.push({ name, cleanup });
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}
