import type { SqlAnswer } from '../../../cluster.ts';
import { configValue } from '../../../model/changes.ts';
import { backendById, diskUse, masterSeenBy, registeredBackends } from '../../../model/queries.ts';
import { queuedTasks } from '../../../model/scheduler/queued.ts';
import { KEPT_TASKS } from '../../../model/scheduler/tasks.ts';
import type { ClusterState, DiskState } from '../../../model/state.ts';
import type { TabletTaskState } from '../../../model/scheduler/state.ts';
import { failure } from '../../answer/errors.ts';
import { formatDouble } from '../../answer/format.ts';
import { columns, type Fields, list, table } from '../../answer/table.ts';
import type { Execution } from '../../statement.ts';
import type { ProcNode } from '../node.ts';
import { loadsOf, tagsOf } from './load.ts';
import { showTasks } from './tasks.ts';

const ITEMS = columns('Item, Number');
const TAGS = columns('Tag');
const MEDIA = columns('StorageMedium');
const LOADS = columns(
  'BeId, Available, UsedCapacity, Capacity, MaxDisk, UsedPercent, ReplicaNum, CapCoeff, ReplCoeff, Score, Class',
);
const PATHS = columns(
  'RootPath, PathHash, StorageMedium, DataUsedCapacity, TotalCapacity, TotalUsedPct, ClassInOneBE, ClassInAllBE, State',
);
const SLOTS = columns('BeId, PathHash, AvailSlots, TotalSlots, BalanceSlot, AvgRate');
const STATISTICS = columns('Item, Value');
const PRIORITY_REPAIRS = columns('Database, Table, Partition, RemainingTimeMs');

/** Only the master schedules; the same paths of another FE are empty. */
export const BALANCE_NODES: readonly ProcNode[] = [
  { path: '/cluster_balance', show: showItems },
  {
    path: '/cluster_balance/cluster_load_stat',
    show: (execution) =>
      list(
        execution.version,
        TAGS,
        schedules(execution) ? tagsOf(execution.state).map((tag) => [`location_${tag}`]) : [],
      ),
  },
  {
    path: '/cluster_balance/cluster_load_stat/location_{tag}',
    show: ({ version }) => list(version, MEDIA, [['HDD'], ['SSD'], ['S3'], ['REMOTE_CACHE']]),
  },
  {
    path: '/cluster_balance/cluster_load_stat/location_{tag}/{medium}',
    show: (execution, [tag = '', medium = '']) => showLoads(execution, tag, medium),
  },
  {
    path: '/cluster_balance/cluster_load_stat/location_{tag}/{medium}/{id}',
    show: (execution, [, medium = '', id = '']) => showPaths(execution, medium, id),
  },
  { path: '/cluster_balance/working_slots', show: showSlots },
  { path: '/cluster_balance/sched_stat', show: ({ version }) => list(version, STATISTICS, []) },
  { path: '/cluster_balance/priority_repair', show: ({ version }) => list(version, PRIORITY_REPAIRS, []) },
  ...(['pending', 'running', 'history'] as const).map((queue) => ({
    path: `/cluster_balance/${queue}_tablets`,
    show: (execution: Execution) => showTasks(execution, schedules(execution) ? tasksOf(execution.state, queue) : []),
  })),
];

function schedules({ state, frontend }: Execution): boolean {
  return masterSeenBy(state, frontend) === frontend;
}

/** At most 1,000; those of somebody else's that fill the queue come first. */
function tasksOf(state: ClusterState, queue: 'pending' | 'running' | 'history'): readonly TabletTaskState[] {
  const tasks = state.scheduler[queue];
  if (queue !== 'pending' || state.faults.queuedTablets === 0) return tasks;
  return [...queuedTasks(state, KEPT_TASKS), ...tasks].slice(0, KEPT_TASKS);
}

function showItems(execution: Execution): SqlAnswer {
  const { state, version } = execution;
  const { pending, running, history } = state.scheduler;
  const { queuedTablets } = state.faults;
  const isMaster = schedules(execution);
  const count = (number: number): number => (isMaster ? number : 0);
  return list(version, ITEMS, [
    ['cluster_load_stat', count(tagsOf(state).length)],
    ['working_slots', count(registeredBackends(state).filter(({ row }) => row.disksReported).length)],
    ['sched_stat', 0],
    ['priority_repair', 0],
    ['pending_tablets', count(pending.length + queuedTablets)],
    ['running_tablets', count(running.length)],
    ['history_tablets', count(history.length)],
  ]);
}

function showLoads(execution: Execution, tag: string, medium: string): SqlAnswer {
  const { state, version } = execution;
  const loads = schedules(execution) && (medium === 'HDD' || medium === 'SSD') ? loadsOf(state, tag, medium) : [];
  return table(
    version,
    LOADS,
    loads.map(
      (load): Fields => ({
        BeId: load.backend.row.id,
        Available: true,
        UsedCapacity: load.usedBytes,
        Capacity: load.totalBytes,
        MaxDisk: 'MID',
        UsedPercent: ((load.usedBytes / load.totalBytes) * 100).toFixed(3),
        ReplicaNum: load.replicas,
        CapCoeff: formatDouble(load.capacityCoefficient),
        ReplCoeff: formatDouble(load.replicaCoefficient),
        Score: formatDouble(load.score),
        Class: load.loadClass,
      }),
    ),
  );
}

function showPaths({ state, version }: Execution, medium: string, id: string): SqlAnswer {
  const backend = backendById(state, id);
  if (backend === undefined) return failure(`backend ${id} does not exist`);
  const disks = diskUse(state, backend).filter((disk) => disk.medium === medium);
  return table(
    version,
    PATHS,
    disks.map((disk) => ({
      RootPath: disk.path,
      PathHash: disk.pathHash,
      StorageMedium: disk.medium,
      DataUsedCapacity: disk.totalBytes - disk.availableBytes,
      TotalCapacity: disk.totalBytes,
      TotalUsedPct: (((disk.totalBytes - disk.availableBytes) / Math.max(1, disk.totalBytes)) * 100).toFixed(3),
      ClassInOneBE: 'MID',
      ClassInAllBE: 'MID',
      State: disk.online ? 'ONLINE' : 'OFFLINE',
    })),
  );
}

/** Clones per disk: each takes one at its source and one at its target. */
function showSlots(execution: Execution): SqlAnswer {
  const { state, version, frontend } = execution;
  if (!schedules(execution)) return list(version, SLOTS, []);
  const taken = takenSlots(state);
  const setting = (key: string): number => Number(configValue(state, frontend.host, key) ?? 0);
  const total: Readonly<Record<DiskState['medium'], number>> = {
    HDD: setting('schedule_slot_num_per_hdd_path'),
    SSD: setting('schedule_slot_num_per_ssd_path'),
  };
  const rows = registeredBackends(state).flatMap((backend) =>
    backend.row.disksReported
      ? backend.disks.map((disk) => [
          backend.row.id,
          disk.pathHash,
          total[disk.medium] - (taken.get(disk.pathHash) ?? 0),
          total[disk.medium],
          setting('balance_slot_num_per_path'),
          formatDouble(ASSUMED_RATE),
        ])
      : [],
  );
  return list(version, SLOTS, rows);
}

/** Bytes a second of a disk whose slots are all taken. */
const ASSUMED_RATE = 20 * 2 ** 20;

function takenSlots(state: ClusterState): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const { sourcePathHash, targetPathHash } of state.scheduler.running) {
    for (const hash of [sourcePathHash, targetPathHash]) {
      if (hash !== undefined) taken.set(hash, (taken.get(hash) ?? 0) + 1);
    }
  }
  return taken;
}
