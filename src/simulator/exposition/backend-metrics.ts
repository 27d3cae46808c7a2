import { advanceCounters } from '../load/integrate.ts';
import { type BackendView, BACKEND_FAMILIES } from './backend-families.ts';
import { backendMemoryBytes, compactionScore } from '../load/curves.ts';
import { servedAt, servedBy } from '../load/series.ts';
import type { BackendState, ClusterState } from '../model/state.ts';
import { sampleLines } from './text.ts';

/**
 * What a backend's `/metrics` answers now, with the names of its version: a TYPE line and no HELP, labels joined by a comma.
 * Undefined: its process is down.
 */
export function backendMetrics(state: ClusterState, host: string): string | undefined {
  const backend = state.backends.find((each) => each.host === host);
  if (backend === undefined || (backend.process !== 'up' && backend.process !== 'shutting-down')) return undefined;
  const view = viewOf(state, backend);
  let text = '';
  for (const { name, type, versions, samples } of BACKEND_FAMILIES) {
    if (versions !== undefined && !versions.includes(state.profile.version)) continue;
    text += `# TYPE doris_be_${name} ${type}\n${sampleLines(`doris_be_${name}`, samples(view))}`;
  }
  return text;
}

function viewOf(state: ClusterState, backend: BackendState): BackendView {
  const counters = advanceCounters(state).backends.get(backend.host);
  const served = servedAt(state, state.nowMs);
  const share = served === undefined ? 0 : servedBy(served, served.era.backendByHost.get(backend.host));
  const tablets = backend.row === undefined ? undefined : state.index.backends.get(backend.row.id);
  return {
    backend,
    version: state.profile.version,
    share,
    uptimeSeconds: (state.nowMs - (backend.startedAtMs ?? state.nowMs)) / 1000,
    busySeconds: counters?.busySeconds ?? 0,
    idleSeconds: counters?.idleSeconds ?? 0,
    servedSeconds: counters?.servedSeconds ?? 0,
    cloneSeconds: counters?.cloneSeconds ?? 0,
    memoryBytes: backendMemoryBytes(share, backend.memoryBytes),
    score: compactionScore(share),
    tablets: tablets?.replicas.size ?? 0,
    stuckQueries: state.faults.runningQueries.get(backend.host) ?? 0,
    disks: backend.disks.map((disk, index) => {
      const dataBytes = tablets?.bytesByDisk[index] ?? 0;
      const free = disk.totalBytes - disk.otherBytes - disk.trashBytes - dataBytes;
      return { ...disk, dataBytes, availableBytes: Math.max(0, free) };
    }),
  };
}
