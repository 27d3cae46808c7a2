/** Rows of one statement: within every engine's limit of parameters. */
const MOST = 100;

interface Waiting<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes rows that arrive together in one statement, hence with one fsync: those of one turn, and those that arrive while
 * an earlier statement is under way. Each call resolves once its own row is on disk, and rejects for its own row alone.
 */
export function writeTogether<Row>(write: (rows: readonly Row[]) => Promise<void>): (row: Row) => Promise<void> {
  const waiting: Waiting<Row>[] = [];
  let flushing = false;

  const flush = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        await write(batch.map(({ row }) => row));
        for (const one of batch) one.resolve();
      } catch (error) {
        if (batch.length === 1) for (const one of batch) one.reject(error);
        else for (const one of batch) await write([one.row]).then(one.resolve, one.reject);
      }
    }
    flushing = false;
  };

  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      if (flushing) return;
      flushing = true;
      void flush();
    });
}
