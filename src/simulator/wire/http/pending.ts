import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedHttpReply } from '../../cluster.ts';

/** Real time between two looks at an answer that is not there yet. */
const POLL_MS = 50;
/** No caller waits longer. */
const PATIENCE_MS = 600_000;

/** Waits for an answer; undefined: nobody waits for it any more. */
export async function awaitReply(reply: SimulatedHttpReply, clock: Clock): Promise<SimulatedHttpReply | undefined> {
  const untilMs = clock.now() + PATIENCE_MS;
  let current = reply;
  while (current.later !== undefined) {
    if (clock.now() > untilMs) return undefined;
    const later = current.later(clock.now());
    if (later === undefined) await wait(POLL_MS, undefined, { ref: false });
    else current = later;
  }
  return current;
}
