/** setTimeout takes no longer delay; it would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export interface SleepOptions {
  /** Real milliseconds still to wait, asked again after every timer: a timer may fire early, a clock may be scaled. */
  readonly remainingMs: () => number;
  readonly signal: AbortSignal | undefined;
}

/** Resolves when nothing remains, never before; rejects with the signal's reason when it is aborted. */
export function sleepUntilDue({ remainingMs, signal }: SleepOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const arm = (): void => {
      const rest = remainingMs();
      if (rest > 0) {
        timer = setTimeout(arm, Math.min(Math.ceil(rest), LONGEST_MS));
        return;
      }
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    arm();
  });
}

export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(`aborted: ${String(reason)}`);
}
