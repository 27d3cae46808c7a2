import { isServing } from '../model/queries.ts';
import type { BackendRow, BackendState, ClusterState, FrontendState } from '../model/state.ts';
import { refusesLoads } from '../model/scheduler/flood.ts';
import type { Era, LoadFate } from './history.ts';

/** While tablets move, what each backend holds is noted so often. */
const HOLDING_MS = 5_000;
/** Older than this nobody asks for. */
const KEPT_MS = 60 * 86_400_000;
const PRUNED_FROM = 4_096;

/**
 * Notes what has changed since the last call: to be called whenever members, processes, heartbeats or clones have. Without a
 * change it costs one comparison per node.
 */
export function recordLoad(state: ClusterState): void {
  const { eras } = state.load;
  const last = eras.at(-1);
  recordHoldings(state);
  if (last === undefined || !isStill(last, state)) append(eras, eraOf(state));
}

/** Bytes that are not available: tablets, trash and other files. */
export function usedBytes(state: ClusterState, backend: BackendState): number {
  const tablets = backend.row === undefined ? undefined : state.index.backends.get(backend.row.id);
  return backend.disks.reduce(
    (total, disk, index) => total + disk.otherBytes + disk.trashBytes + (tablets?.bytesByDisk[index] ?? 0),
    0,
  );
}

type Member = BackendState & { readonly row: BackendRow };

function isMember(backend: BackendState): backend is Member {
  return backend.row !== undefined && (backend.process === 'up' || backend.process === 'shutting-down');
}

function servesQueries({ row, process }: Member): boolean {
  return process === 'up' && row.alive && !row.queryDisabled;
}

function isTagged({ options }: ClusterState, { row }: Member): boolean {
  return options.tagged !== undefined && row.tags['location'] === options.tagged.tag;
}

function isFrontendMember(frontend: FrontendState): boolean {
  return frontend.row !== undefined && frontend.process === 'up';
}

function isStill(era: Era, state: ClusterState): boolean {
  let backends = 0;
  for (const backend of state.backends) {
    if (!isMember(backend)) continue;
    const then = era.backends[backends];
    if (then?.host !== backend.host || then.serves !== servesQueries(backend)) return false;
    if (then.isTagged !== isTagged(state, backend)) return false;
    backends += 1;
  }
  let frontends = 0;
  for (const frontend of state.frontends) {
    if (!isFrontendMember(frontend)) continue;
    const then = era.frontends[frontends];
    if (then?.host !== frontend.host || then.serves !== isServing(state, frontend)) return false;
    if (then.isMaster !== (state.masterHost === frontend.host)) return false;
    frontends += 1;
  }
  if (era.loads !== state.load.loads) return false;
  return backends === era.backends.length && frontends === era.frontends.length;
}

function eraOf(state: ClusterState): Era {
  const backends = state.backends.filter(isMember).map((backend) => ({
    host: backend.host,
    httpPort: backend.ports.http,
    memoryBytes: backend.memoryBytes,
    totalBytes: backend.disks.reduce((total, disk) => total + disk.totalBytes, 0),
    serves: servesQueries(backend),
    isTagged: isTagged(state, backend),
  }));
  const frontends = state.frontends.filter(isFrontendMember).map((frontend) => ({
    host: frontend.host,
    httpPort: frontend.ports.http,
    serves: isServing(state, frontend),
    isMaster: state.masterHost === frontend.host,
  }));
  return {
    fromMs: state.nowMs,
    backends,
    backendByHost: new Map(backends.map((backend) => [backend.host, backend])),
    frontends,
    servingBackends: backends.filter(({ serves, isTagged: is }) => serves && !is).length,
    servingTagged: backends.filter(({ serves, isTagged: is }) => serves && is).length,
    servingFrontends: frontends.filter(({ serves }) => serves).length,
    loads: state.load.loads,
  };
}

function recordHoldings(state: ClusterState): void {
  const { load, nowMs, scheduler } = state;
  const moving = scheduler.running.length > 0;
  if (moving && nowMs < load.nextHoldingMs) return;
  load.nextHoldingMs = nowMs + HOLDING_MS;
  load.loads = fateOfLoads(state);
  const clones = moving ? clonesById(state) : undefined;
  for (const backend of state.backends) {
    if (!isMember(backend)) continue;
    const holding = {
      fromMs: nowMs,
      usedBytes: usedBytes(state, backend),
      clones: clones?.get(backend.row.id) ?? 0,
    };
    const held = load.holdings.get(backend.host) ?? [];
    const last = held.at(-1);
    if (last?.usedBytes === holding.usedBytes && last.clones === holding.clones) continue;
    append(held, holding);
    load.holdings.set(backend.host, held);
  }
}

function fateOfLoads(state: ClusterState): LoadFate {
  if (state.backends.some((backend) => isMember(backend) && refusesLoads(state, backend))) return 'rejected';
  return state.faults.loadRace ? 'failing' : 'taken';
}

function clonesById(state: ClusterState): ReadonlyMap<string, number> {
  const clones = new Map<string, number>();
  for (const { sourceBackendId, targetBackendId } of state.scheduler.running) {
    for (const id of [sourceBackendId, targetBackendId]) {
      if (id !== undefined) clones.set(id, (clones.get(id) ?? 0) + 1);
    }
  }
  return clones;
}

function append<T extends { readonly fromMs: number }>(entries: T[], entry: T): void {
  if (entries.at(-1)?.fromMs === entry.fromMs) entries.pop();
  entries.push(entry);
  if (entries.length < PRUNED_FROM) return;
  const firstKept = entries.findIndex(({ fromMs }) => fromMs > entry.fromMs - KEPT_MS);
  if (firstKept > 1) entries.splice(0, firstKept - 1);
}
