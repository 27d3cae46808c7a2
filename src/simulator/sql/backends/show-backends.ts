import type { SqlAnswer } from '../../cluster.ts';
import { diskUse, masterSeenBy, type RegisteredBackend, registeredBackends, tabletNum } from '../../model/queries.ts';
import { needsAdminOrNodeBefore40 } from '../access/needs.ts';
import {
  formatMemory,
  formatOptionalTime,
  formatPercent,
  formatSize,
  formatTags,
  formatTime,
} from '../answer/format.ts';
import { columns, type Fields, isFrom, table } from '../answer/table.ts';
import { CUT_OFF_ERROR, isCutOffMaster } from '../forwarding.ts';
import type { Execution, Statement } from '../statement.ts';

const BACKENDS = columns(
  `BackendId, Host, HeartbeatPort, BePort, HttpPort, BrpcPort, ArrowFlightSqlPort, LastStartTime, LastHeartbeat, Alive,
  SystemDecommissioned, TabletNum, DataUsedCapacity, TrashUsedCapcacity until 2.1, TrashUsedCapacity from 3.0,
  AvailCapacity, TotalCapacity, UsedPct, MaxDiskUsedPct, RemoteUsedCapacity, Tag, ErrMsg, Version, Status,
  HeartbeatFailureCounter, NodeRole, CpuCores from 3.0, Memory from 3.0, LiveSince from 4.0, RunningTasks from 4.0`,
);

export const BACKEND_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW BACKENDS',
    by: 'master',
    needs: needsAdminOrNodeBefore40,
    run: (execution) => showBackends(execution, registeredBackends(execution.state)),
  },
];

/** PROC '/backends' has the same rows in the order of the hosts. */
export function backendsByHost(execution: Execution): SqlAnswer {
  const byHost = registeredBackends(execution.state).toSorted((a, b) =>
    a.host < b.host ? -1 : a.host > b.host ? 1 : 0,
  );
  return showBackends(execution, byHost);
}

function showBackends(execution: Execution, backends: readonly RegisteredBackend[]): SqlAnswer {
  return table(
    execution.version,
    BACKENDS,
    backends.map((backend) => backendFields(execution, backend)),
  );
}

function backendFields(execution: Execution, backend: RegisteredBackend): Fields {
  const { row } = backend;
  const { dataBytes, trashBytes, availableBytes, totalBytes, usedRatio, fullestRatio } = capacityOf(execution, backend);
  return {
    ...commonFields(execution, backend),
    DataUsedCapacity: formatSize(dataBytes),
    TrashUsedCapcacity: formatSize(trashBytes),
    TrashUsedCapacity: formatSize(trashBytes),
    AvailCapacity: formatSize(availableBytes),
    TotalCapacity: formatSize(totalBytes),
    UsedPct: formatPercent(usedRatio),
    MaxDiskUsedPct: formatPercent(fullestRatio),
    RemoteUsedCapacity: formatSize(0),
    CpuCores: row.everAlive ? backend.cores : 1,
    Memory: formatMemory(row.everAlive ? backend.memoryBytes : 0),
    LiveSince: formatOptionalTime(row.liveSinceMs),
    RunningTasks: execution.state.faults.runningQueries.get(backend.host) ?? 0,
  };
}

/** One row of the backends() function: bytes and ratios as they are. */
export function rawBackendFields(execution: Execution, backend: RegisteredBackend): Fields {
  const { dataBytes, trashBytes, availableBytes, totalBytes, usedRatio, fullestRatio } = capacityOf(execution, backend);
  const common = commonFields(execution, backend);
  return {
    ...common,
    Alive: common['Alive'] === true ? 1 : 0,
    SystemDecommissioned: common['SystemDecommissioned'] === true ? 1 : 0,
    DataUsedCapacity: dataBytes,
    TrashUsedCapacity: trashBytes,
    AvailCapacity: availableBytes,
    TotalCapacity: totalBytes,
    UsedPct: usedRatio * 100,
    MaxDiskUsedPct: fullestRatio * 100,
    RemoteUsedCapacity: 0,
  };
}

/** be_node_role of be.conf. */
function nodeRole({ faults }: Execution['state'], host: string): string {
  return faults.computeNodes.has(host) ? 'computation' : 'mix';
}

/** Heartbeats and reports go to the master; other FEs know what went through the edit log. */
function hears({ state, frontend }: Execution): boolean {
  return frontend === masterSeenBy(state, frontend);
}

function commonFields(execution: Execution, backend: RegisteredBackend): Fields {
  const { state } = execution;
  const { host, ports, row } = backend;
  const isHidden = isCutOffMaster(state, execution.frontend);
  const isAlive = row.alive && !isHidden;
  return {
    BackendId: row.id,
    Host: host,
    HeartbeatPort: ports.heartbeat,
    BePort: row.everAlive ? ports.be : -1,
    HttpPort: row.everAlive ? ports.http : -1,
    BrpcPort: row.everAlive ? ports.brpc : -1,
    ArrowFlightSqlPort: row.everAlive ? ports.arrow : -1,
    LastStartTime: formatOptionalTime(row.lastStartMs),
    LastHeartbeat: formatOptionalTime(row.lastHeartbeatMs),
    Alive: isAlive,
    SystemDecommissioned: row.decommissioned,
    TabletNum: tabletNum(state, row.id),
    Tag: formatTags(row.tags),
    ErrMsg: isHidden ? CUT_OFF_ERROR : row.errorMessage,
    Version: hears(execution) && row.everAlive ? state.profile.versionText : '',
    Status: formatStatus(execution, backend),
    HeartbeatFailureCounter: row.heartbeatFailures,
    NodeRole: isAlive ? nodeRole(state, host) : '',
  };
}

interface Capacity {
  readonly dataBytes: number;
  readonly trashBytes: number;
  readonly availableBytes: number;
  readonly totalBytes: number;
  readonly usedRatio: number;
  readonly fullestRatio: number;
}

/** A backend without any disk report has this much room for an FE, so that no division by zero meets it. */
const NOTHING_REPORTED_BYTES = 1;

/** Of the disks that are online. */
function capacityOf(execution: Execution, backend: RegisteredBackend): Capacity {
  const disks = diskUse(execution.state, backend).filter(({ online }) => online);
  const totalBytes = sum(disks.map((disk) => disk.totalBytes));
  const availableBytes = totalBytes === 0 ? NOTHING_REPORTED_BYTES : sum(disks.map((disk) => disk.availableBytes));
  const heard = hears(execution);
  return {
    dataBytes: heard ? sum(disks.map((disk) => disk.dataBytes)) : 0,
    trashBytes: heard ? sum(disks.map((disk) => disk.trashBytes)) : 0,
    availableBytes,
    totalBytes,
    usedRatio: ratioOf(totalBytes, availableBytes),
    fullestRatio: Math.max(0, ...disks.map((disk) => ratioOf(disk.totalBytes, disk.availableBytes))),
  };
}

function ratioOf(totalBytes: number, availableBytes: number): number {
  return totalBytes === 0 ? 0 : (totalBytes - availableBytes) / totalBytes;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Gson's order of the fields of BackendStatus. */
function formatStatus(execution: Execution, { host, row }: RegisteredBackend): string {
  const { state, version } = execution;
  const reported = row.lastTabletReportMs;
  return JSON.stringify({
    ...(hears(execution)
      ? { lastSuccessReportTabletsTime: reported === undefined ? 'N/A' : formatTime(reported) }
      : {}),
    lastStreamLoadTime: -1,
    isQueryDisabled: row.queryDisabled,
    isLoadDisabled: row.loadDisabled,
    ...(isFrom(version, '3.0') ? { isActive: true } : {}),
    ...(isFrom(version, '4.0') ? { isShutdown: row.shutdown } : {}),
    ...(isFrom(version, '3.0')
      ? {
          currentFragmentNum: state.faults.runningQueries.get(host) ?? 0,
          lastFragmentUpdateTime: row.lastHeartbeatMs ?? 0,
        }
      : {}),
  });
}
