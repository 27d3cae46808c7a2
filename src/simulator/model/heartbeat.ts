import { latestReportMs } from './backends/disk-report.ts';
import { configNumber } from './config.ts';
import { settleMajority } from './frontends/majority.ts';
import { hasMajority, masterOf, replayedJournalId } from './queries.ts';
import { wantCheck } from './rounds.ts';
import { tellBackend } from './tell.ts';
import type { BackendRow, BackendState, ClusterState, FrontendRow, FrontendState } from './state.ts';

/*
 * Every ten seconds the master asks each node how it is. What a round would say is known beforehand, so a round is an event only
 * when a row would change by more than instants and counters; all others are caught up with in one go.
 */

const REFUSED = 'java.net.ConnectException: Connection refused';
const TIMED_OUT = 'java.net.ConnectException: Connection timed out';
const HOST_NAME = /[a-z]/i;
/** The edit log takes the time and the answers of each round. */
const ENTRIES_A_ROUND = 2;

/** The next round that changes a row; undefined while all stand as the next round would find them. */
export function nextHeartbeatMs(state: ClusterState): number | undefined {
  if (!beats(state) || !isDue(state)) return undefined;
  return roundMs(state, state.heartbeats.round + 1);
}

/** Brings rows, reports and journal positions up to now. */
export function settle(state: ClusterState): void {
  // A backend that this round finds dead has reported until now.
  for (const backend of state.backends) {
    if (backend.row !== undefined) settleReports(state, backend, backend.row);
  }
  settleHeartbeats(state);
  for (const frontend of state.frontends) frontend.lastReplayedId = replayedJournalId(state, frontend);
}

/** All rounds up to now have been, for a cluster that is being made. */
export function skipHeartbeats(state: ClusterState): void {
  state.heartbeats.round = latestRound(state) - 1;
}

/** A new master asks at once. */
export function restartHeartbeats(state: ClusterState): void {
  state.heartbeats.round = -1;
  state.heartbeats.blockedSinceMs = undefined;
}

function settleHeartbeats(state: ClusterState): void {
  if (!beats(state)) return;
  const latest = latestRound(state);
  const rounds = latest - state.heartbeats.round;
  if (rounds <= 0) return;
  state.heartbeats.round = latest;
  const beat = { state, rounds, atMs: roundMs(state, latest) };
  state.journalId += ENTRIES_A_ROUND * rounds - 1;
  for (const backend of state.backends) if (backend.row !== undefined) askBackend(beat, backend, backend.row);
  for (const frontend of state.frontends) if (frontend.row !== undefined) askFrontend(beat, frontend, frontend.row);
  state.journalId += 1;
  settleMajority(state);
  // The round that finds a majority gone is the last whose answers anybody sees.
  if (!hasMajority(state)) state.heartbeats.blockedSinceMs ??= beat.atMs;
}

interface Beat {
  readonly state: ClusterState;
  readonly rounds: number;
  readonly atMs: number;
}

function askBackend({ state, rounds, atMs }: Beat, backend: BackendState, row: BackendRow): void {
  const failure = backendFailure(state, backend);
  if (failure !== undefined) {
    row.heartbeatFailures += rounds;
    row.errorMessage = failure;
    if (!row.alive || row.heartbeatFailures < toleratedFailures(state)) return;
    row.alive = false;
    row.deadSinceMs = atMs;
    row.aliveSinceMs = undefined;
    tellBackend(state, backend, { what: 'alive', to: false });
    wantCheck(state);
    return;
  }
  backend.storageClusterId ??= state.clusterId;
  row.lastHeartbeatMs = atMs;
  row.liveSinceMs = atMs;
  row.lastStartMs = backend.startedAtMs;
  row.heartbeatFailures = 0;
  row.errorMessage = '';
  row.everAlive = true;
  const shutdown = tellsShutdown(state, backend);
  if (row.alive && row.shutdown === shutdown) return;
  const returns = !row.alive;
  if (returns) row.aliveSinceMs = atMs;
  row.alive = true;
  row.deadSinceMs = undefined;
  if (returns) tellBackend(state, backend, { what: 'alive', to: true });
  row.shutdown = shutdown;
  wantCheck(state);
}

function askFrontend({ state, rounds, atMs }: Beat, frontend: FrontendState, row: FrontendRow): void {
  const failure = frontendFailure(state, frontend, row);
  if (failure !== undefined) {
    row.errorMessage = rounds > 1 ? (frontendFailure(state, frontend, { ...row, alive: false }) ?? '') : failure;
    row.alive = false;
    row.liveSinceMs = undefined;
    return;
  }
  row.lastHeartbeatMs = atMs;
  if (!row.alive) row.liveSinceMs = frontend.host === state.masterHost ? undefined : atMs;
  row.alive = true;
  row.everAlive = true;
  row.joined = true;
  row.lastStartMs = frontend.startedAtMs;
  row.errorMessage = '';
  row.replayedJournalId = replayedJournalId(state, frontend);
}

function isDue(state: ClusterState): boolean {
  return (
    state.backends.some((backend) => backend.row !== undefined && isBackendDue(state, backend, backend.row)) ||
    state.frontends.some((frontend) => frontend.row !== undefined && isFrontendDue(state, frontend, frontend.row)) ||
    !hasMajority(state)
  );
}

function isBackendDue(state: ClusterState, backend: BackendState, row: BackendRow): boolean {
  const failure = backendFailure(state, backend);
  if (failure !== undefined) return row.alive || row.errorMessage !== failure;
  return (
    !row.alive ||
    row.errorMessage !== '' ||
    row.lastStartMs !== backend.startedAtMs ||
    tellsShutdown(state, backend) !== row.shutdown
  );
}

function isFrontendDue(state: ClusterState, frontend: FrontendState, row: FrontendRow): boolean {
  const failure = frontendFailure(state, frontend, row);
  if (failure !== undefined) return row.alive || row.errorMessage !== failure;
  return !row.alive || row.errorMessage !== '' || row.lastStartMs !== frontend.startedAtMs;
}

/** What the master writes into ErrMsg; undefined: the backend answers well. */
function backendFailure(
  state: ClusterState,
  { host, isKnown, process, storageClusterId }: BackendState,
): string | undefined {
  if (!isKnown && HOST_NAME.test(host)) return `java.net.UnknownHostException: ${host}`;
  if (state.faults.partitionedHosts.has(host)) return TIMED_OUT;
  if (process === 'down' || process === 'starting') return REFUSED;
  if (storageClusterId === undefined || storageClusterId === state.clusterId) return undefined;
  return `invalid cluster id. ignore. Record cluster id =${storageClusterId}, Invalid cluster_id=${state.clusterId}`;
}

function frontendFailure(state: ClusterState, frontend: FrontendState, row: FrontendRow): string | undefined {
  const { host, isKnown, process, metaClusterId } = frontend;
  if (!isKnown && HOST_NAME.test(host)) return `java.net.UnknownHostException: ${host}`;
  if (host !== state.masterHost && state.faults.partitionedHosts.has(host)) return TIMED_OUT;
  if (process === 'own-cluster') return `invalid cluster id: ${metaClusterId ?? '-1'}`;
  if (process === 'up') return undefined;
  return row.alive ? 'Socket is closed by peer.' : REFUSED;
}

function tellsShutdown(state: ClusterState, backend: BackendState): boolean {
  return state.profile.emptiesShuttingDown && backend.process === 'shutting-down';
}

/** Reports of disks and tablets begin with the first one after a good heartbeat. */
function settleReports(state: ClusterState, backend: BackendState, row: BackendRow): void {
  if (!row.alive || row.aliveSinceMs === undefined || backend.process !== 'up') return;
  const isFresh = (row.lastTabletReportMs ?? Number.NEGATIVE_INFINITY) > state.nowMs - state.profile.tabletReportMs;
  if (isFresh) return;
  if (!row.disksReported && latestReportMs(state, backend, state.profile.diskReportMs) > row.aliveSinceMs) {
    row.disksReported = true;
    wantCheck(state);
  }
  const tabletsMs = latestReportMs(state, backend, state.profile.tabletReportMs);
  if (tabletsMs > row.aliveSinceMs) row.lastTabletReportMs = tabletsMs;
}

function beats(state: ClusterState): boolean {
  return masterOf(state) !== undefined && state.heartbeats.blockedSinceMs === undefined;
}

function latestRound(state: ClusterState): number {
  return Math.floor((state.nowMs - state.masterSinceMs) / state.profile.heartbeatMs);
}

function roundMs(state: ClusterState, round: number): number {
  return state.masterSinceMs + round * state.profile.heartbeatMs;
}

function toleratedFailures(state: ClusterState): number {
  return configNumber(state, 'max_backend_heartbeat_failure_tolerance_count');
}
