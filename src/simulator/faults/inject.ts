import { noteReport } from '../model/backends/disk-report.ts';
import { settleMajority } from '../model/frontends/majority.ts';
import { cutOff, reconnect } from '../model/frontends/partition.ts';
import { registeredBackends } from '../model/queries.ts';
import { recycle } from '../model/recycle-bin.ts';
import { wantCheck, wantSchedule } from '../model/rounds.ts';
import type { BackendState, ClusterState, DatabaseState, FrontendState } from '../model/state.ts';
import { nextId } from '../model/ids.ts';
import { tabletsOf } from '../model/tablets/tablet-index.ts';
import { type Fault, FaultError } from './fault.ts';

type Of<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

/** Does it to the cluster now. Throws FaultError when it names a host, disk, database or table that is not there. */
export function inject(state: ClusterState, fault: Fault): void {
  apply(state, fault);
  wantCheck(state);
  wantSchedule(state);
}

function apply(state: ClusterState, fault: Fault): void {
  const { faults } = state;
  switch (fault.kind) {
    case 'lagging-frontend':
      toggle(faults.laggingFrontends, frontendOf(state, fault.host).host, fault.on);
      return;
    case 'slow-show-frontends':
      faults.showFrontendsDelayMs = fault.delayMs;
      return;
    case 'failing-clones':
      faults.cloneError = fault.error ?? undefined;
      return;
    case 'full-disk':
      fillDisks(state, fault);
      return;
    case 'broken-disk':
      breakDisk(state, fault);
      return;
    case 'trash':
      for (const disk of backendOf(state, fault.host).disks) disk.trashBytes = Math.floor(fault.bytes / 2);
      return;
    case 'recycled-table':
      recycleTable(state, fault);
      return;
    case 'open-transaction':
      changeTransaction(state, fault);
      return;
    case 'running-job':
      changeJob(state, fault);
      return;
    case 'running-queries':
      runQueries(state, fault);
      return;
    case 'unfinished-wals':
      faults.unfinishedWals.set(backendOf(state, fault.host).host, fault.wals);
      return;
    case 'partitioned-host':
      partition(state, fault);
      return;
    case 'foreign-storage':
      backendOf(state, fault.host).storageClusterId = fault.clusterId ?? undefined;
  }
}

function fillDisks(state: ClusterState, { host, path, usedRatio }: Of<'full-disk'>): void {
  const backend = backendOf(state, host);
  const disks = backend.disks.filter((disk) => path === undefined || disk.path === path);
  if (disks.length === 0) throw noDisk(backend, path ?? '');
  for (const disk of disks) {
    const index = backend.disks.indexOf(disk);
    const dataBytes = backend.row === undefined ? 0 : (tabletsOf(state, backend.row.id).bytesByDisk[index] ?? 0);
    disk.otherBytes = Math.max(0, Math.floor(disk.totalBytes * usedRatio) - disk.trashBytes - dataBytes);
  }
}

function breakDisk(state: ClusterState, { host, path, on }: Of<'broken-disk'>): void {
  const backend = backendOf(state, host);
  const disk = backend.disks.find((each) => each.path === path);
  if (disk === undefined) throw noDisk(backend, path);
  noteReport(state, backend);
  disk.online = !on;
}

function recycleTable(state: ClusterState, { table, bytes, tablets }: Of<'recycled-table'>): void {
  const database = state.databases.find(({ name }) => name === 'shop') ?? state.databases[0];
  const tabletsByBackend: Record<string, number> = {};
  for (const [host, number] of Object.entries(tablets)) {
    const id = registeredBackends(state).find((backend) => backend.host === host)?.row.id;
    if (id === undefined) throw new FaultError(`tablets: no registered backend runs on ${host}`);
    tabletsByBackend[id] = number;
  }
  recycle(state, {
    kind: 'Table',
    name: table,
    ids: { database: database?.id ?? '-1', table: nextId(state), partition: '' },
    droppedAtMs: state.nowMs,
    bytes,
    tabletsByBackend,
  });
}

function changeTransaction(state: ClusterState, { database, label, on }: Of<'open-transaction'>): void {
  const { id: databaseId } = databaseOf(state, database);
  const at = state.transactions.findIndex((each) => each.label === label && each.databaseId === databaseId);
  if (at >= 0) state.transactions.splice(at, 1);
  if (!on) return;
  const newest = Math.max(1000, ...state.transactions.map(({ id }) => id));
  state.transactions.push({ id: newest + 1, databaseId, label, startedAtMs: state.nowMs });
}

const JOB_STATE = {
  schema_change: 'RUNNING',
  rollup: 'RUNNING',
  backup: 'SNAPSHOTING',
  restore: 'DOWNLOADING',
  load: 'LOADING',
} as const;

function changeJob(state: ClusterState, { job, database, table, on }: Of<'running-job'>): void {
  const found = databaseOf(state, database);
  const target = found.tables.find(({ name }) => name === table);
  if (target === undefined) {
    throw new FaultError(`table: ${database} has ${found.tables.map(({ name }) => name).join(', ')}, not ${table}`);
  }
  const at = state.jobs.findIndex((each) => each.kind === job && each.databaseId === found.id && each.table === table);
  if (at >= 0) state.jobs.splice(at, 1);
  if (on) state.jobs.push({ kind: job, databaseId: found.id, table, state: JOB_STATE[job] });
  if (job === 'schema_change' || job === 'rollup' || job === 'restore') {
    target.state = on ? job.toUpperCase() : 'NORMAL';
  }
}

/** Those that end let a graceful stop go on. */
function runQueries(state: ClusterState, { host, queries }: Of<'running-queries'>): void {
  const backend = backendOf(state, host);
  if (queries === 0) state.faults.runningQueries.delete(host);
  else state.faults.runningQueries.set(host, queries);
  if (queries === 0 && backend.process === 'shutting-down') backend.processChangesAtMs = state.nowMs;
}

function partition(state: ClusterState, { host, on }: Of<'partitioned-host'>): void {
  const isThere = [...state.frontends, ...state.backends].some((node) => node.host === host);
  if (!isThere) throw new FaultError(`host: ${host} is none of ${hostsOf([...state.frontends, ...state.backends])}`);
  if (on) cutOff(state, host);
  else reconnect(state, host);
  settleMajority(state);
}

function toggle(set: Set<string>, value: string, on: boolean): void {
  if (on) set.add(value);
  else set.delete(value);
}

function backendOf(state: ClusterState, host: string): BackendState {
  const found = state.backends.find((backend) => backend.host === host);
  if (found === undefined) throw new FaultError(`host: ${host} is no backend of ${hostsOf(state.backends)}`);
  return found;
}

function frontendOf(state: ClusterState, host: string): FrontendState {
  const found = state.frontends.find((frontend) => frontend.host === host);
  if (found === undefined) throw new FaultError(`host: ${host} is no frontend of ${hostsOf(state.frontends)}`);
  return found;
}

function databaseOf(state: ClusterState, name: string): DatabaseState {
  const found = state.databases.find((database) => database.name === name);
  if (found === undefined) {
    throw new FaultError(`database: ${name} is none of ${state.databases.map((database) => database.name).join(', ')}`);
  }
  return found;
}

function noDisk(backend: BackendState, path: string): FaultError {
  return new FaultError(
    `path: ${path} is no disk of ${backend.host}, which has ${backend.disks.map((disk) => disk.path).join(', ')}`,
  );
}

function hostsOf(nodes: readonly { readonly host: string }[]): string {
  return nodes.map(({ host }) => host).join(', ');
}
