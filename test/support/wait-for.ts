import { setTimeout as wait } from 'node:timers/promises';

/** Polls until `look` gives a value that is not undefined or false; rejects with the last error or with `what`. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 30_000, everyMs = 50 } = options;
  const until = Date.now() + timeoutMs;
  let cause: unknown;
  while (Date.now() < until) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await wait(everyMs);
  }
  throw new Error(`not within ${String(timeoutMs)} ms: ${what}`, { cause });
}
