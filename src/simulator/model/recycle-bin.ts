import { configNumber } from './config.ts';
import type { ClusterState } from './state.ts';
import type { RecycledState } from './tablets/state.ts';
import { tabletsOf } from './tablets/tablet-index.ts';

/** What was dropped lies there for a day; its tablets count on their backends and nobody moves them. */
export function recycle(state: ClusterState, entry: RecycledState): void {
  state.recycleBin.push(entry);
  count(state, entry, 1);
}

/** When the oldest entry is erased. */
export function nextExpiryMs(state: ClusterState): number | undefined {
  if (state.recycleBin.length === 0) return undefined;
  return Math.min(...state.recycleBin.map(({ droppedAtMs }) => droppedAtMs)) + keptMs(state);
}

export function emptyRecycleBin(state: ClusterState): void {
  const expired = state.recycleBin.filter(({ droppedAtMs }) => droppedAtMs + keptMs(state) <= state.nowMs);
  for (const entry of expired) erase(state, entry);
}

export function erase(state: ClusterState, entry: RecycledState): void {
  state.recycleBin.splice(state.recycleBin.indexOf(entry), 1);
  count(state, entry, -1);
}

function count(state: ClusterState, { tabletsByBackend }: RecycledState, sign: 1 | -1): void {
  for (const [backendId, tablets] of Object.entries(tabletsByBackend)) {
    const isRegistered = state.backends.some(({ row }) => row?.id === backendId);
    if (isRegistered) tabletsOf(state, backendId).recycled += sign * tablets;
  }
}

function keptMs(state: ClusterState): number {
  return 1000 * configNumber(state, 'catalog_trash_expire_second');
}
