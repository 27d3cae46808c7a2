import type { SqlAnswer } from '../../../cluster.ts';
import type { ClusterState } from '../../../model/state.ts';
import type { TabletTaskState } from '../../../model/scheduler/state.ts';
import { findTablet } from '../../../model/queries.ts';
import { cloneTimeoutMs } from '../../../model/scheduler/slots.ts';
import { formatOptionalTime, formatSize, formatTime } from '../../answer/format.ts';
import { columns, type Fields, table } from '../../answer/table.ts';
import type { Execution } from '../../statement.ts';

const TASKS = columns(
  `TabletId, Type, Medium, Status, State, SchedCode, Priority, RealPriorityVal from 3.0, SrcBe, SrcPath, DestBe, DestPath,
  Timeout, Create, LstSched, LstVisit, Finished, ReplicaSize, Rate, FailedSched, FailedRunning, VisibleVer, CmtVer, ErrMsg`,
);

export function showTasks({ state, version }: Execution, tasks: readonly TabletTaskState[]): SqlAnswer {
  return table(
    version,
    TASKS,
    tasks.map((task) => taskFields(state, task)),
  );
}

/** What was never looked at by the scheduler has no medium, size or version yet. */
function taskFields(state: ClusterState, task: TabletTaskState): Fields {
  const isUnseen = task.visitedAtMs === undefined;
  const version = isUnseen ? -1 : (findTablet(state, task.tabletId)?.partition.visibleVersion ?? 1);
  return {
    TabletId: task.tabletId,
    Type: task.type,
    Medium: isUnseen ? null : task.medium,
    Status: task.status,
    State: task.state,
    SchedCode: task.code,
    Priority: task.priority,
    RealPriorityVal: realPriority(task),
    SrcBe: task.sourceBackendId ?? -1,
    SrcPath: task.sourcePathHash ?? -1,
    DestBe: task.targetBackendId ?? -1,
    DestPath: task.targetPathHash ?? -1,
    Timeout: task.targetBackendId === undefined ? 0 : cloneTimeoutMs(state, task.bytes),
    Create: formatTime(task.createdAtMs),
    LstSched: formatOptionalTime(task.scheduledAtMs),
    LstVisit: formatOptionalTime(task.visitedAtMs),
    Finished: formatOptionalTime(task.finishedAtMs),
    ReplicaSize: formatSize(isUnseen ? 0 : task.bytes),
    Rate: rateOf(task),
    FailedSched: task.failedScheduling,
    FailedRunning: task.failedRunning,
    VisibleVer: version,
    CmtVer: version,
    ErrMsg: task.errorMessage,
  };
}

const PRIORITIES = { LOW: 0, NORMAL: 1, HIGH: 2, VERY_HIGH: 3 } as const;

/** The older the task and the more urgent, the higher; repairs before balancing. */
function realPriority(task: TabletTaskState): number {
  return (task.type === 'REPAIR' ? 35_000 : 17_000) + PRIORITIES[task.priority] * 300;
}

/** MB/s of a copy that has ended well. */
function rateOf({ state, targetBackendId, finishedAtMs, scheduledAtMs, bytes }: TabletTaskState): string | null {
  if (state !== 'FINISHED' || targetBackendId === undefined) return null;
  if (finishedAtMs === undefined || scheduledAtMs === undefined) return null;
  const seconds = Math.max(0.001, (finishedAtMs - scheduledAtMs) / 1000);
  return String(Math.round((bytes / 2 ** 20 / seconds) * 1000) / 1000);
}
