/** A process that may be killed: at a call of any of its ports, before what it asks is done or before the answer arrives. */
export interface Life {
  readonly dead: () => boolean;
  /** Port calls so far. */
  readonly calls: () => number;
  end(): void;
  /** Dies at a call from now on, of any port or of those that write the journal: 0 is the next one. */
  endAt(call: number, when: 'before' | 'after', of?: 'port-call' | 'journal-write'): void;
}

/** Answered within the process: no place to die. */
const AT_ONCE: readonly string[] = ['now', 'monotonicMs'];
const JOURNAL_WRITES: readonly string[] = ['begin', 'update', 'writeStep'];

/** `onEnd`: it died of itself, at a call. */
export function life(onEnd: () => void = () => undefined): Life & { readonly lived: <T extends object>(part: T) => T } {
  let ended = false;
  let calls = 0;
  let writes = 0;
  let last: { readonly calls: number; readonly writes: number; readonly when: 'before' | 'after' } | undefined;
  const dead = (): boolean => ended;
  const die = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  const dieWith = (): Promise<never> => {
    die();
    return never();
  };

  /** Once dead, nothing that was asked is answered any more. */
  const answer = <V>(value: V): V | Promise<never> => (ended ? never() : value);

  const livedCall = (name: string, call: (...given: readonly unknown[]) => unknown) => {
    const isWrite = JOURNAL_WRITES.includes(name);
    return (...given: readonly unknown[]): unknown => {
      if (ended) return never();
      const isLast = last !== undefined && (calls >= last.calls || (isWrite && writes >= last.writes));
      calls += 1;
      if (isWrite) writes += 1;
      if (isLast && last?.when === 'before') return dieWith();
      const result = call(...given);
      if (!(result instanceof Promise)) throw new Error(`${name} answers at once`);
      if (isLast) return result.then(dieWith, dieWith);
      return result.then(answer, (error: unknown) => {
        if (ended) return never();
        throw error;
      });
    };
  };

  /** A part whose calls are made by this process. */
  const lived = <T extends object>(part: T): T => {
    const calledBy = Object.entries(part).map(([name, value]: [string, unknown]) =>
      typeof value === 'function' && !AT_ONCE.includes(name)
        ? [name, livedCall(name, (...given) => Reflect.apply(value, part, given) as unknown)]
        : [name, value],
    );
    return Object.fromEntries(calledBy) as T;
  };

  return {
    dead,
    calls: () => calls,
    end() {
      ended = true;
    },
    endAt(call, when, of = 'port-call') {
      last =
        of === 'port-call'
          ? { calls: calls + call, writes: Infinity, when }
          : { calls: Infinity, writes: writes + call, when };
    },
    lived,
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
