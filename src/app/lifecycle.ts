import type { Log } from '../domain/ports/log.ts';

/** Named cleanups, run last in first out, once, each within its own time. */
export interface Lifecycle {
  onStop(name: string, cleanup: () => Promise<void> | void): void;
  stop(): Promise<void>;
}

export function lifecycle(log: Log, timeout: (ms: number) => Promise<'timeout'>, perCleanupMs: number): Lifecycle {
  const cleanups: { readonly name: string; readonly cleanup: () => Promise<void> | void }[] = [];
  let stopped: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (const { name, cleanup } of cleanups.toReversed()) {
      try {
        const ended = await Promise.race([
          Promise.resolve(cleanup()).then(() => 'done' as const),
          timeout(perCleanupMs),
        ]);
        if (ended === 'timeout') log.warn('a part did not stop in time', { part: name, timeoutMs: perCleanupMs });
      } catch (error) {
        log.warn('a part did not stop cleanly', { part: name, error });
      }
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
