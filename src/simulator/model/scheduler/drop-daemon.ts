import { dropBackend } from '../backends/drop.ts';
import { configFlag, configNumber, configText } from '../config.ts';
import { type RegisteredBackend, registeredBackends } from '../queries.ts';
import { nextRound } from '../rounds.ts';
import type { ClusterState } from '../state.ts';

/*
 * Every ten seconds the master looks at each decommissioned backend, in the order of their ids, and drops those that hold no
 * tablet and have no unfinished WAL. It asks the backend itself for its WALs: a dead one keeps the whole round waiting for minutes.
 */

const NOTHING_LEAVES = { nextDropAtMs: undefined, dropBlockedSinceMs: undefined } as const;

/** To be called after each change: is there a round in which a backend is dropped, or one that a dead backend holds up? */
export function noteDrops(state: ClusterState): void {
  const { scheduler } = state;
  if (!state.index.memberList.some(({ row }) => row.decommissioned)) {
    Object.assign(scheduler, NOTHING_LEAVES);
    return;
  }
  const drained = configFlag(state, 'drop_backend_after_decommission') ? drainedBackends(state) : [];
  const isBlocked = drained.some(({ row }) => !row.alive);
  if (isBlocked !== (scheduler.dropBlockedSinceMs !== undefined)) {
    scheduler.dropBlockedSinceMs = isBlocked ? nextRound(state, state.profile.dropCheckMs) : undefined;
    scheduler.nextDropAtMs = undefined;
  }
  const droppable = drained.filter((backend) => isDroppable(state, backend));
  if (droppable.length === 0) scheduler.nextDropAtMs = undefined;
  else scheduler.nextDropAtMs ??= Math.min(...droppable.map((backend) => turnMs(state, backend, drained)));
}

/** The round that is due now. */
export function dropDrained(state: ClusterState): void {
  state.scheduler.nextDropAtMs = undefined;
  const drained = drainedBackends(state);
  const due = drained.filter((backend) => isDroppable(state, backend) && isTurn(state, backend, drained));
  for (const backend of due) dropBackend(state, backend, 'drained');
}

/** Decommissioned, and without tablets but for a few in the recycle bin. */
function drainedBackends(state: ClusterState): readonly RegisteredBackend[] {
  const leaving = registeredBackends(state).filter(({ row }) => row.decommissioned);
  if (leaving.length === 0) return leaving;
  const threshold = configNumber(state, 'decommission_tablet_check_threshold');
  return leaving.filter(({ row }) => {
    const held = state.index.backends.get(row.id);
    if (held === undefined) return true;
    if (held.replicas.size > 0 || held.recycled + held.leaky + held.leftovers >= threshold) return false;
    return held.leaky + held.leftovers === 0 || skipsLeakMs(state, row) <= state.nowMs;
  });
}

/** Until 3.0 the daemon waits for entries of nobody for good; later a master that has seen them for hours passes over them. */
function skipsLeakMs(state: ClusterState, { decommissionedAtMs }: RegisteredBackend['row']): number {
  const patienceSec = configText(state, 'decommission_skip_leaky_tablet_second');
  if (patienceSec === '') return Number.POSITIVE_INFINITY;
  return Math.max(state.masterSinceMs, decommissionedAtMs ?? 0) + 1000 * Number(patienceSec);
}

/** When the daemon next passes over leaky entries that it waits for. */
export function nextSkippedLeakMs(state: ClusterState): number | undefined {
  let next: number | undefined;
  for (const { row } of state.index.memberList) {
    if (!row.decommissioned) continue;
    const held = state.index.backends.get(row.id);
    if (held === undefined || held.leaky + held.leftovers === 0) continue;
    const atMs = skipsLeakMs(state, row);
    if (atMs > state.nowMs && atMs < (next ?? Number.POSITIVE_INFINITY)) next = atMs;
  }
  return next;
}

function isDroppable(state: ClusterState, { row, host }: RegisteredBackend): boolean {
  return row.alive && (state.faults.unfinishedWals.get(host) ?? 0) === 0;
}

/** The next instant at which the daemon comes to a backend: behind a dead one it waits for that one's time-out. */
function turnMs(state: ClusterState, backend: RegisteredBackend, drained: readonly RegisteredBackend[]): number {
  const firstMs = state.scheduler.dropBlockedSinceMs;
  if (firstMs === undefined) return nextRound(state, state.profile.dropCheckMs);
  const turn = firstMs + waitMs(state, backend, drained);
  const periodMs = walTimeoutMs(state) + state.profile.dropCheckMs;
  const rounds = Math.max(0, Math.floor((state.nowMs - turn) / periodMs) + 1);
  return turn + rounds * periodMs;
}

function isTurn(state: ClusterState, backend: RegisteredBackend, drained: readonly RegisteredBackend[]): boolean {
  const firstMs = state.scheduler.dropBlockedSinceMs;
  if (firstMs === undefined) return true;
  const periodMs = walTimeoutMs(state) + state.profile.dropCheckMs;
  return (state.nowMs - firstMs - waitMs(state, backend, drained)) % periodMs === 0;
}

function waitMs(state: ClusterState, backend: RegisteredBackend, drained: readonly RegisteredBackend[]): number {
  const dead = drained.find(({ row }) => !row.alive);
  return dead !== undefined && drained.indexOf(dead) < drained.indexOf(backend) ? walTimeoutMs(state) : 0;
}

function walTimeoutMs(state: ClusterState): number {
  return configNumber(state, 'check_wal_queue_timeout_threshold');
}
