import { wantCheck } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import { removeReplica } from '../tablets/tablet-index.ts';

/** A new master knows no task of the old one; copies in the making are in nobody's metadata. */
export function forgetTasks(state: ClusterState): void {
  const { scheduler } = state;
  for (const { tabletId } of scheduler.tasks.values()) scheduler.suspects.add(tabletId);
  for (const { tabletId } of scheduler.running) {
    const place = state.index.places.get(tabletId);
    const copies = place?.tablet.replicas.filter((replica) => replica.state === 'CLONE') ?? [];
    for (const copy of copies) if (place !== undefined) removeReplica(state, place.tablet, copy);
  }
  scheduler.pending.length = 0;
  scheduler.running.length = 0;
  scheduler.history.length = 0;
  scheduler.tasks.clear();
  scheduler.slots.clear();
  scheduler.nextCheckAtMs = undefined;
  scheduler.nextScheduleAtMs = undefined;
  scheduler.nextBalanceAtMs = undefined;
  scheduler.nextDropAtMs = undefined;
  scheduler.dropBlockedSinceMs = undefined;
  wantCheck(state);
}
