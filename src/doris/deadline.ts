/**
 * Runs `late` when real time passes `ms`, unless the returned function was called before. Transport time-outs are real
 * time, never business time.
 */
export function afterDeadline(ms: number, late: () => void): () => void {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener('abort', late, { once: true });
  return () => {
    signal.removeEventListener('abort', late);
  };
}
