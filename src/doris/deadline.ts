/**
 * Runs `late` when real time passes `ms`, unless the returned function was called before. Transport time-outs are real
 * time, never business time. It keeps no process alive, and nothing of it remains once it is called off: there are several
 * for each statement.
 */
export function afterDeadline(ms: number, late: () => void): () => void {
  const timer = setTimeout(late, ms);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
