/** A process that may be killed: at a call of any of its ports, before what it asks is done or before the answer arrives. */
export interface Life {
  readonly dead: () => boolean;
  /** Port calls so far. */
  readonly calls: () => number;
  end(): void;
  /** Dies at the n-th call from now on. */
  endAt(call: number, when: 'before' | 'after'): void;
}

/** Answered within the process: no place to die. */
const AT_ONCE: readonly PropertyKey[] = ['now', 'monotonicMs'];

export function life(): Life & { readonly lived: <T extends object>(part: T) => T } {
  let ended = false;
  let calls = 0;
  let last: { readonly call: number; readonly when: 'before' | 'after' } | undefined;
  const dead = (): boolean => ended;

  /** Once dead, nothing that was asked is answered any more. */
  const answer = <V>(value: V): V | Promise<never> => (ended ? never() : value);

  const lived = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function' || AT_ONCE.includes(name)) return value;
        return (...given: readonly unknown[]): unknown => {
          if (ended) return never();
          const call = (...all: readonly unknown[]): unknown => Reflect.apply(value, target, all);
          const isLast = last !== undefined && calls === last.call;
          calls += 1;
          if (isLast && last?.when === 'before') {
            ended = true;
            return never();
          }
          const result = call(...given);
          if (!(result instanceof Promise)) throw new Error(`${String(name)} answers at once`);
          if (isLast) {
            result.catch(() => undefined);
            return result.then(
              () => {
                ended = true;
                return never();
              },
              () => {
                ended = true;
                return never();
              },
            );
          }
          return result.then(answer, (error: unknown) => {
            if (ended) return never();
            throw error;
          });
        };
      },
    });

  return {
    dead,
    calls: () => calls,
    end() {
      ended = true;
    },
    endAt(call, when) {
      last = { call: calls + call, when };
    },
    lived,
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
