import type { SimulatedCluster, SimulatedSeries } from '../cluster.ts';
import type { ClusterState } from '../model/state.ts';
import {
  backendCpuRatio,
  backendMemoryBytes,
  compactionScore,
  frontendConnections,
  frontendHeapRatio,
  queriesPerSecond,
  queryLatencyMs,
  servedPerBackend,
} from './curves.ts';
import { type Era, type EraBackend, type EraFrontend, entryAt, type Holding } from './history.ts';
import { recordLoad } from './record.ts';

type SeriesValue = ReturnType<SimulatedCluster['series']>[number];

/** How a load was served at one instant. */
export interface Served {
  readonly era: Era;
  /** Of each serving backend, from 0 to nearly 1; of those of `tagged` apart. */
  readonly perBackend: number;
  readonly perTagged: number;
  /** Of each serving frontend. */
  readonly queriesPerSecond: number;
}

/**
 * The load of each member whose process ran at an instant, also before the start: then the members of the start served. The
 * caller has advanced the state.
 */
export function seriesAt(state: ClusterState, name: SimulatedSeries, atMs: number): readonly SeriesValue[] {
  recordLoad(state);
  const served = servedAt(state, atMs);
  if (served === undefined) return [];
  const { era } = served;
  return name.startsWith('fe_')
    ? era.frontends.map((frontend) => seriesValue(frontend, frontendValue(name, frontend, served)))
    : era.backends.map((backend) =>
        seriesValue(backend, backendValue(name, backend, served, holdingAt(state, backend.host, atMs))),
      );
}

/** Undefined: nothing has been recorded yet. */
export function servedAt(state: ClusterState, atMs: number): Served | undefined {
  const era = entryAt(state.load.eras, atMs);
  if (era === undefined) return undefined;
  const { servingBackends, servingTagged, servingFrontends } = era;
  const { load, tagged } = state.options;
  const perBackend = servedPerBackend(load(atMs), servingBackends);
  const perTagged = tagged === undefined ? 0 : servedPerBackend(tagged.load(atMs), servingTagged);
  const queries = queriesPerSecond(perBackend, servingBackends) + queriesPerSecond(perTagged, servingTagged);
  return { era, perBackend, perTagged, queriesPerSecond: servingFrontends === 0 ? 0 : queries / servingFrontends };
}

/** What a backend serves, from 0 to nearly 1. */
export function servedBy({ perBackend, perTagged }: Served, backend: EraBackend | undefined): number {
  if (backend?.serves !== true) return 0;
  return backend.isTagged ? perTagged : perBackend;
}

export function holdingAt(state: ClusterState, host: string, atMs: number): Holding | undefined {
  return entryAt(state.load.holdings.get(host) ?? [], atMs);
}

function backendValue(name: SimulatedSeries, backend: EraBackend, all: Served, holding: Holding | undefined): number {
  const served = servedBy(all, backend);
  const used = holding?.usedBytes ?? 0;
  switch (name) {
    case 'be_cpu_ratio':
      return backendCpuRatio(served, holding?.clones ?? 0);
    case 'be_disk_used_bytes':
      return used;
    case 'be_disk_total_bytes':
      return backend.totalBytes;
    case 'be_disk_ratio':
      return used / backend.totalBytes;
    case 'be_memory_bytes':
      return backendMemoryBytes(served, backend.memoryBytes);
    default: {
      const { base, cumulative } = compactionScore(served);
      return Math.max(base, cumulative);
    }
  }
}

function frontendValue(name: SimulatedSeries, frontend: EraFrontend, served: Served): number {
  const queries = frontend.serves ? served.queriesPerSecond : 0;
  switch (name) {
    case 'fe_qps':
      return queries;
    case 'fe_connections':
      return frontendConnections(queries);
    case 'fe_heap_ratio':
      return frontendHeapRatio(queries, frontend.isMaster);
    default:
      return queryLatencyMs(Math.max(served.perBackend, served.perTagged)).p99;
  }
}

function seriesValue({ host, httpPort }: EraBackend | EraFrontend, value: number): SeriesValue {
  return { host, httpPort, value };
}
