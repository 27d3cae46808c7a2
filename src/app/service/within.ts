import type { Clock } from '../../domain/ports/clock.ts';

/** Whether a promise settles in time; a rejection counts as settled. The waiting leaves no timer behind. */
export async function within(clock: Pick<Clock, 'sleep'>, ms: number, promise: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = clock.sleep(ms, over.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    over.abort(new Error('settled'));
  }
}
