import { setImmediate } from 'node:timers/promises';

/** Lets everybody else have a turn of the event loop between two pieces of work on large answers. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}
