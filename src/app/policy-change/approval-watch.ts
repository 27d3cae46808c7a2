import type { Clock } from '../../domain/ports/clock.ts';

const LOOK_MS = 2_000;

/** Looks for a yes until it is stopped; one that cannot be read is looked for again. */
export function watchApproval(options: {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly approved: () => Promise<boolean>;
  readonly onApproved: () => void;
}): { stop(): void } {
  const over = new AbortController();
  const look = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await options.clock.sleep(LOOK_MS, over.signal);
      if (await options.approved().catch(() => false)) options.onApproved();
    }
  };
  // Being stopped ends the sleep by an error.
  look().catch(() => undefined);
  return {
    stop() {
      over.abort(new Error('stopped'));
    },
  };
}
