import { restartHeartbeats } from '../heartbeat.ts';
import { electableFollowers, registeredFrontends } from '../queries.ts';
import { forgetTasks } from '../scheduler/forget.ts';
import type { ClusterState } from '../state.ts';
import { tellMaster } from '../tell.ts';
import { loseWaitingWrites } from './majority.ts';

/**
 * One of the followers that can reach each other leads from now on. What only the old master's memory held is lost: its queue,
 * and values of ADMIN SET that were not set on all.
 */
export function elect(state: ClusterState): void {
  state.electionAtMs = undefined;
  const { partitionedHosts } = state.faults;
  const candidates = electableFollowers(state).filter(
    ({ process, host }) => process === 'up' && !partitionedHosts.has(host),
  );
  const newest = Math.max(...candidates.map(({ lastReplayedId }) => lastReplayedId));
  const best = candidates.filter(({ lastReplayedId }) => lastReplayedId === newest);
  const next = best[Math.floor(state.random() * best.length)];
  if (next === undefined) return;
  loseWaitingWrites(state);
  state.masterHost = next.host;
  state.masterSinceMs = state.nowMs;
  if (state.profile.ids === 'clock') state.lastId = Math.max(state.lastId, state.nowMs);
  for (const { host, process, row } of registeredFrontends(state)) {
    // The new master never heard from these, and start times are not in the metadata.
    if (process !== 'up') Object.assign(row, { alive: false, lastStartMs: undefined });
    if (host === next.host) row.liveSinceMs = undefined;
  }
  forgetTasks(state);
  restartHeartbeats(state);
  tellMaster(state);
}
