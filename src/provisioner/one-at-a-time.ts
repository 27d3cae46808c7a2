/**
 * Runs pieces of work one after another. Hosts are taken side by side for the nodes of one operation, and two that look for a
 * free one at the same moment would both find the same.
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
