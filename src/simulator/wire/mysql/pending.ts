import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SqlAnswer } from '../../cluster.ts';

/** Real time between two looks at an answer that is not there yet. */
const POLL_MS = 50;

type FinalAnswer = Exclude<SqlAnswer, { readonly kind: 'pending' }>;

/** Waits for an answer as long as the client does; a client that went away gets a `close` that nobody reads. */
export async function awaitAnswer(
  answer: SqlAnswer,
  options: { readonly clock: Clock; readonly isGone: () => boolean },
): Promise<FinalAnswer> {
  let current = answer;
  while (current.kind === 'pending') {
    if (options.isGone()) return { kind: 'close' };
    const later = current.poll(options.clock.now());
    if (later === undefined) await wait(POLL_MS);
    else current = later;
  }
  return current;
}
