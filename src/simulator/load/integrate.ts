import type { ClusterState } from '../model/state.ts';
import type { BackendCounters, FrontendCounters, LoadCounters } from './counters.ts';
import { backendCpuRatio, queryLatencyMs } from './curves.ts';
import { recordLoad } from './record.ts';
import { holdingAt, type Served, servedAt, servedBy } from './series.ts';

/** The load is looked at so often. */
const CELL_MS = 15_000;
/** A longer pause between two scrapes is looked at this many times. */
const MOST_CELLS = 2_000;

/** Brings all counters up to now. The load is asked for the time since the last call only, so that they cannot fall. */
export function advanceCounters(state: ClusterState): LoadCounters {
  recordLoad(state);
  const { counters } = state.load;
  const atMs = counters.atMs ?? state.options.startAtMs;
  const passedMs = state.nowMs - atMs;
  const cells = Math.min(MOST_CELLS, Math.ceil(passedMs / CELL_MS));
  for (let cell = 0; cell < cells; cell += 1) {
    const middleMs = atMs + ((cell + 0.5) * passedMs) / cells;
    const served = servedAt(state, middleMs);
    if (served !== undefined) add(state, served, { middleMs, seconds: passedMs / cells / 1000 });
  }
  counters.atMs = Math.max(atMs, state.nowMs);
  restartCounters(state);
  return counters;
}

function add(state: ClusterState, served: Served, cell: { readonly middleMs: number; readonly seconds: number }): void {
  const { backends, frontends } = state.load.counters;
  const { era, perBackend, perTagged } = served;
  const { seconds } = cell;
  for (const { host, isKnown } of state.backends) {
    if (!isKnown) continue;
    const counters = backends.get(host) ?? newBackend();
    backends.set(host, counters);
    const member = era.backendByHost.get(host);
    const share = servedBy(served, member);
    const clones = member === undefined ? 0 : (holdingAt(state, host, cell.middleMs)?.clones ?? 0);
    const busy = backendCpuRatio(share, clones);
    counters.busySeconds += busy * seconds;
    counters.idleSeconds += (1 - busy) * seconds;
    counters.servedSeconds += share * seconds;
    counters.cloneSeconds += clones * seconds;
  }
  for (const { host, serves } of era.frontends) {
    const counters = frontends.get(host) ?? newFrontend();
    frontends.set(host, counters);
    const queries = serves ? served.queriesPerSecond * seconds : 0;
    counters.queries += queries;
    if (era.loads === 'rejected') counters.queriesWhileRejecting += queries;
    if (era.loads === 'failing') counters.queriesWhileFailing += queries;
    counters.latencyMs += queries * queryLatencyMs(Math.max(perBackend, perTagged)).mean;
  }
}

/** A process that was started since the last look counts from nought. */
function restartCounters(state: ClusterState): void {
  const { backends, frontends } = state.load.counters;
  for (const { host, startedAtMs, isKnown } of state.backends) {
    const counters = backends.get(host);
    if (!isKnown || counters === undefined || counters.startedAtMs === startedAtMs) continue;
    if (counters.startedAtMs !== undefined) Object.assign(counters, { servedSeconds: 0, cloneSeconds: 0 });
    counters.startedAtMs = startedAtMs;
  }
  for (const { host, startedAtMs, isKnown } of state.frontends) {
    const counters = frontends.get(host);
    if (!isKnown || counters === undefined || counters.startedAtMs === startedAtMs) continue;
    if (counters.startedAtMs !== undefined) Object.assign(counters, newFrontend());
    counters.startedAtMs = startedAtMs;
  }
}

function newBackend(): BackendCounters {
  return { startedAtMs: undefined, busySeconds: 0, idleSeconds: 0, servedSeconds: 0, cloneSeconds: 0 };
}

function newFrontend(): FrontendCounters {
  return { startedAtMs: undefined, queries: 0, latencyMs: 0, queriesWhileRejecting: 0, queriesWhileFailing: 0 };
}
