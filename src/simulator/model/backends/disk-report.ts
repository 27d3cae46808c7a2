import type { BackendState, ClusterState } from '../state.ts';

/*
 * A backend tells the master what its disks hold once per period, so SHOW BACKENDS is up to a period old. Only the first change
 * of a period needs a note: what stood there before it is what the report of that period told.
 */

/** To be called before bytes on a backend change. */
export function noteReport(state: ClusterState, backend: BackendState): void {
  const period = reportPeriod(state, backend);
  if (backend.reported?.period === period || backend.row === undefined) return;
  const bytes = state.index.backends.get(backend.row.id)?.bytesByDisk ?? [];
  backend.reported = { period, dataBytes: [...bytes] };
}

/** Bytes of tablets on a disk as the newest report told. */
export function reportedBytes(state: ClusterState, backend: BackendState, diskIndex: number): number {
  if (backend.row === undefined) return 0;
  const { reported } = backend;
  const bytes =
    reported?.period === reportPeriod(state, backend)
      ? reported.dataBytes
      : state.index.backends.get(backend.row.id)?.bytesByDisk;
  return bytes?.[diskIndex] ?? 0;
}

/** Counts up with each disk report. */
export function reportPeriod(state: ClusterState, backend: BackendState): number {
  return Math.floor((state.nowMs - backend.reportPhaseMs) / state.profile.diskReportMs);
}

/** The newest instant at or before now at which a backend reports with this period. */
export function latestReportMs(state: ClusterState, backend: BackendState, everyMs: number): number {
  const { reportPhaseMs } = backend;
  return reportPhaseMs + Math.floor((state.nowMs - reportPhaseMs) / everyMs) * everyMs;
}
