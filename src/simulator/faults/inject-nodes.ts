import { noteReport } from '../model/backends/disk-report.ts';
import { settleFillings } from '../model/backends/fillings.ts';
import { endBackend } from '../model/backends/processes.ts';
import { settleMajority } from '../model/frontends/majority.ts';
import { cutOff, reconnect } from '../model/frontends/partition.ts';
import { endFrontend } from '../model/frontends/processes.ts';
import type { ClusterState } from '../model/state.ts';
import { tabletsOf } from '../model/tablets/tablet-index.ts';
import type { FaultOf } from './fault.ts';
import type { InjectorsOf } from './injectors.ts';
import type { NODE_FAULTS } from './kinds/node-faults.ts';
import { backendOf, disksOf, frontendOf, requireHost } from './named.ts';
import { put, toggle } from './values.ts';

export const NODE_INJECTORS: InjectorsOf<typeof NODE_FAULTS> = {
  'lagging-frontend': (state, { host, on }) => {
    toggle(state.faults.laggingFrontends, frontendOf(state, host).host, on);
  },
  'partitioned-host': (state, { host, on }) => {
    requireHost(state, host);
    if (on) cutOff(state, host);
    else reconnect(state, host);
    settleMajority(state);
  },
  'dead-host': endMachine,
  'helper-lost': (state, { on }) => {
    state.faults.helperLost = on;
  },
  'clock-skew': (state, { host, skewMs }) => {
    put(state.faults.clockSkewMs, frontendOf(state, host).host, skewMs === 0 ? undefined : skewMs);
  },
  'foreign-storage': (state, { host, clusterId }) => {
    backendOf(state, host).storageClusterId = clusterId ?? undefined;
  },
  'full-disk': fillDisks,
  'filling-disk': (state, { host, path, bytesPerHour }) => {
    settleFillings(state);
    for (const disk of disksOf(backendOf(state, host), path)) {
      const filling = { fromBytes: disk.otherBytes, sinceMs: state.nowMs, bytesPerHour };
      put(state.faults.fillings, disk, bytesPerHour === 0 ? undefined : filling);
    }
  },
  'backend-flood-stage': (state, { usedRatio }) => {
    state.faults.backendFloodRatio = usedRatio ?? undefined;
  },
  'broken-disk': (state, { host, path, on }) => {
    const backend = backendOf(state, host);
    const disks = disksOf(backend, path);
    noteReport(state, backend);
    for (const disk of disks) disk.online = !on;
  },
  trash: (state, { host, bytes }) => {
    for (const disk of backendOf(state, host).disks) disk.trashBytes = Math.floor(bytes / 2);
  },
  'running-queries': runQueries,
};

function endMachine(state: ClusterState, { host, on }: FaultOf<'dead-host'>): void {
  requireHost(state, host);
  toggle(state.faults.deadHosts, host, on);
  if (!on) return;
  for (const backend of state.backends) if (backend.host === host) endBackend(state, backend);
  for (const frontend of state.frontends) if (frontend.host === host) endFrontend(state, frontend);
}

function fillDisks(state: ClusterState, { host, path, usedRatio }: FaultOf<'full-disk'>): void {
  const backend = backendOf(state, host);
  for (const disk of disksOf(backend, path)) {
    const index = backend.disks.indexOf(disk);
    const dataBytes = backend.row === undefined ? 0 : (tabletsOf(state, backend.row.id).bytesByDisk[index] ?? 0);
    state.faults.fillings.delete(disk);
    disk.otherBytes = Math.max(0, Math.floor(disk.totalBytes * usedRatio) - disk.trashBytes - dataBytes);
  }
}

/** Those that end let a graceful stop go on. */
function runQueries(state: ClusterState, { host, queries }: FaultOf<'running-queries'>): void {
  requireHost(state, host);
  put(state.faults.runningQueries, host, queries === 0 ? undefined : queries);
  if (queries > 0) return;
  for (const backend of state.backends) {
    if (backend.host === host && backend.process === 'shutting-down') backend.processChangesAtMs = state.nowMs;
  }
}
