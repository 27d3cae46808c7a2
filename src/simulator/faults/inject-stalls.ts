import { nextId } from '../model/ids.ts';
import { registeredBackends } from '../model/queries.ts';
import { recycle, erase } from '../model/recycle-bin.ts';
import type { ClusterState } from '../model/state.ts';
import type { PartitionState, TableState } from '../model/tablets/state.ts';
import { resizeTablet, tabletsOf } from '../model/tablets/tablet-index.ts';
import { FaultError, type FaultOf } from './fault.ts';
import type { InjectorsOf } from './injectors.ts';
import type { STALL_FAULTS } from './kinds/stall-faults.ts';
import { backendIdOf, backendOf, databaseOf, tableOf } from './named.ts';
import { put, toggle } from './values.ts';

export const STALL_INJECTORS: InjectorsOf<typeof STALL_FAULTS> = {
  'failing-clones': ({ faults }, { error }) => {
    faults.cloneError = error ?? undefined;
  },
  'slow-clones': ({ faults }, { bytesPerSecond }) => {
    faults.cloneBytesPerSecond = bytesPerSecond ?? undefined;
  },
  'no-place': (state, fault) => {
    const wanted = registeredBackends(state).filter(({ row }) => row.alive).length;
    replicate(state, tableOf(state, fault), fault.on ? wanted : undefined);
  },
  'internal-schema': (state, { on }) => {
    for (const table of databaseOf(state, '__internal_schema').tables) replicate(state, table, on ? 3 : undefined);
  },
  'no-medium': moveToSsd,
  'no-tag': (state, fault) => {
    const table = tableOf(state, fault);
    toggle(state.faults.untaggedTables, table.id, fault.on);
    suspect(state, table);
  },
  'recycled-table': recycleTable,
  'leaky-tablets': (state, { host, tablets }) => {
    tabletsOf(state, backendIdOf(state, host)).leaky = tablets;
  },
  'large-tablet': changeSize,
  'open-transaction': changeTransaction,
  'unfinished-wals': (state, { host, wals }) => {
    state.faults.unfinishedWals.set(backendOf(state, host).host, wals);
  },
  'stuck-colocate': (state, { on }) => {
    state.faults.colocateStuck = on;
  },
  'queue-full': (state, { tablets }) => {
    state.faults.queuedTablets = tablets;
    state.faults.queuedSinceMs = state.nowMs;
  },
  'scheduler-starved': (state, { everyMs }) => {
    state.faults.starvedEveryMs = everyMs;
    Object.assign(state.scheduler, { nextCheckAtMs: undefined, nextScheduleAtMs: undefined });
  },
  'stuck-tasks': (state, { tasks }) => {
    state.faults.stuckTasks = tasks;
    if (tasks > 0) return;
    for (const task of state.scheduler.running) task.endsAtMs ??= state.nowMs;
  },
  'reported-data': (state, { host, bytes }) => {
    put(state.faults.reportedData, backendOf(state, host).host, bytes ?? undefined);
  },
  'load-race': (state, { on }) => {
    state.faults.loadRace = on;
    if (on) return;
    for (const held of state.index.backends.values()) held.leftovers = 0;
  },
  'compute-node': (state, { host, on }) => {
    toggle(state.faults.computeNodes, backendOf(state, host).host, on);
  },
  'running-job': changeJob,
};

/** undefined: as many as before the first change. */
function replicate(state: ClusterState, table: TableState, wanted: number | undefined): void {
  const { allocations } = state.faults.before;
  for (const partition of table.partitions) {
    const before = allocations.get(partition);
    if (wanted === undefined) {
      if (before !== undefined) partition.replicaAllocation = before;
      allocations.delete(partition);
    } else {
      allocations.set(partition, before ?? partition.replicaAllocation);
      partition.replicaAllocation = { default: wanted };
    }
  }
  suspect(state, table);
}

/** The checker looks at every tablet of the table. */
function suspect(state: ClusterState, { partitions }: { readonly partitions: readonly PartitionState[] }): void {
  for (const { tablets } of partitions) for (const { id } of tablets) state.scheduler.suspects.add(id);
}

function moveToSsd(state: ClusterState, fault: FaultOf<'no-medium'>): void {
  const { media } = state.faults.before;
  const table = tableOf(state, fault);
  for (const partition of table.partitions) {
    if (fault.on) {
      if (!media.has(partition)) media.set(partition, partition.medium);
      partition.medium = 'SSD';
    } else {
      partition.medium = media.get(partition) ?? partition.medium;
      media.delete(partition);
    }
  }
  suspect(state, table);
}

/** Without tablets the table of that name is erased from the recycle bin. */
function recycleTable(state: ClusterState, { table, bytes, tablets }: FaultOf<'recycled-table'>): void {
  for (const entry of state.recycleBin.filter(({ name }) => name === table)) erase(state, entry);
  if (Object.keys(tablets).length === 0) return;
  const database = state.databases.find(({ name }) => name === 'shop') ?? state.databases[0];
  recycle(state, {
    kind: 'Table',
    name: table,
    ids: { database: database?.id ?? '-1', table: nextId(state), partition: '' },
    droppedAtMs: state.nowMs,
    bytes,
    tabletsByBackend: Object.fromEntries(
      Object.entries(tablets).map(([host, number]) => [backendIdOf(state, host, 'tablets'), number]),
    ),
  });
}

function changeSize(state: ClusterState, fault: FaultOf<'large-tablet'>): void {
  const { bytes: before } = state.faults.before;
  const tablets = tableOf(state, fault).partitions.flatMap((partition) => partition.tablets);
  if (fault.bytes === null) {
    for (const tablet of tablets) {
      resizeTablet(state, tablet, before.get(tablet) ?? tablet.bytes);
      before.delete(tablet);
    }
    return;
  }
  const backendId = fault.host === undefined ? undefined : backendIdOf(state, fault.host);
  const chosen = tablets.find(
    ({ replicas }) => backendId === undefined || replicas.some((replica) => replica.backendId === backendId),
  );
  if (chosen === undefined) throw new FaultError(`table: ${fault.table} has no tablet on ${fault.host ?? 'any host'}`);
  before.set(chosen, before.get(chosen) ?? chosen.bytes);
  resizeTablet(state, chosen, fault.bytes);
}

function changeTransaction(state: ClusterState, { database, label, on }: FaultOf<'open-transaction'>): void {
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

function changeJob(state: ClusterState, { job, database, table, on }: FaultOf<'running-job'>): void {
  const { id: databaseId } = databaseOf(state, database);
  const target = tableOf(state, { database, table });
  const at = state.jobs.findIndex(
    (each) => each.kind === job && each.databaseId === databaseId && each.table === table,
  );
  if (at >= 0) state.jobs.splice(at, 1);
  if (on) state.jobs.push({ kind: job, databaseId, table, state: JOB_STATE[job] });
  if (job === 'schema_change' || job === 'rollup' || job === 'restore') {
    target.state = on ? job.toUpperCase() : 'NORMAL';
  }
}
