export type OneAtATime = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs pieces of work one after another. Hosts are taken side by side for the nodes of one operation, and two that look for a
 * free one at the same moment would both find the same.
 */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** One queue for each name, the same for everyone who asks: clusters that share a provisioner take hosts in turn. */
export function oneAtATimeByName(): (name: string) => OneAtATime {
  const queues = new Map<string, OneAtATime>();
  return (name) => {
    const queue = queues.get(name) ?? oneAtATime();
    queues.set(name, queue);
    return queue;
  };
}
