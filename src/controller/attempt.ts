import type { Known } from '../domain/known.ts';

/** Turns a rejected read into an unknown with its reason, and so one that has not answered when `late` is aborted. */
export async function attempt<T>(read: () => Promise<T>, late?: AbortSignal): Promise<Known<T>> {
  try {
    return { known: true, value: await (late === undefined ? read() : before(late, read)) };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** What comes later is dropped; whoever was asked has a deadline of its own for what it holds. */
function before<T>(late: AbortSignal, read: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(new Error('no answer within the deadline'));
    };
    if (late.aborted) fail();
    else late.addEventListener('abort', fail);
    const over = (): void => {
      late.removeEventListener('abort', fail);
    };
    void read().then(resolve, reject).finally(over);
  });
}
