import type { Clock } from '../../domain/ports/clock.ts';

/** A wall clock that moved so much more or less than the monotonic one has jumped. */
const JUMP_MS = 120_000;

/** How far the wall clock has jumped since the last call, back or forth; 0 while it runs as the monotonic one does. */
export function clockJumps(clock: Pick<Clock, 'now' | 'monotonicMs'>): () => number {
  let wallMs = clock.now();
  let monotonicMs = clock.monotonicMs();
  return () => {
    const now = clock.now();
    const monotonicNow = clock.monotonicMs();
    const jumpMs = now - wallMs - (monotonicNow - monotonicMs);
    wallMs = now;
    monotonicMs = monotonicNow;
    return Math.abs(jumpMs) > JUMP_MS ? Math.round(jumpMs) : 0;
  };
}
