import type { Known } from '../../domain/known.ts';

/** A part that cannot be read is unknown with its reason, and leaves the others alone. */
export async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function map<T, U>(fact: Known<T>, change: (value: T) => U): Known<U> {
  return fact.known ? { known: true, value: change(fact.value) } : fact;
}
