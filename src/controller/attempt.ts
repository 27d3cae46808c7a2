import type { Known } from '../domain/known.ts';

/** Turns a rejected read into an unknown with its reason. */
export async function attempt<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
