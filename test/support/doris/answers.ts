import type { ResultSet } from '../../../src/domain/ports/frontend-channel.ts';

export interface FrontendFixture {
  readonly host: string;
  readonly role?: 'FOLLOWER' | 'OBSERVER';
  readonly master?: boolean;
  readonly alive?: boolean;
  readonly joined?: boolean;
  readonly queryPort?: number;
  readonly version?: string;
}

export const CLUSTER_ID = '113727546';

/** SHOW FRONTENDS as the FE on `asked` answers it; with the columns of 4.0 or of 2.1. */
export function frontendsAnswer(
  frontends: readonly FrontendFixture[],
  options: { readonly asked: string; readonly clusterId?: string; readonly liveSince?: boolean },
): ResultSet {
  const { liveSince = true, clusterId = CLUSTER_ID } = options;
  return table(
    frontends.map((one) => ({
      Name: `fe_${one.host.replaceAll('.', '_')}`,
      Host: one.host,
      EditLogPort: '9010',
      HttpPort: '8030',
      QueryPort: String(one.queryPort ?? 9030),
      RpcPort: '9020',
      ArrowFlightSqlPort: '-1',
      Role: one.role ?? 'FOLLOWER',
      IsMaster: String(one.master ?? false),
      ClusterId: clusterId,
      Join: String(one.joined ?? true),
      Alive: String(one.alive ?? true),
      ReplayedJournalId: '100',
      LastStartTime: '2026-11-23 01:34:05',
      LastHeartbeat: '2026-11-23 01:35:57',
      IsHelper: 'true',
      ErrMsg: one.alive === false ? 'java.net.ConnectException: Connection refused' : '',
      Version: one.version ?? 'doris-4.0.1-rc01-443e87e203',
      CurrentConnected: one.host === options.asked ? 'Yes' : 'No',
      ...(liveSince ? { LiveSince: null } : {}),
    })),
  );
}

export interface BackendFixture {
  readonly host: string;
  readonly id?: string;
  readonly group?: string;
  readonly alive?: boolean;
  readonly decommissioned?: boolean;
  readonly tablets?: number;
  readonly neverAlive?: boolean;
  readonly queryDisabled?: boolean;
  readonly loadDisabled?: boolean;
  readonly runningTasks?: number;
  readonly tag?: string;
}

/** SHOW BACKENDS with the columns of 4.0; without `runningTasks` those of 2.1. */
export function backendsAnswer(backends: readonly BackendFixture[]): ResultSet {
  return table(
    backends.map((one, index) => ({
      BackendId: one.id ?? String(10_002 + index),
      Host: one.host,
      HeartbeatPort: '9050',
      HttpPort: one.neverAlive === true ? '-1' : '8040',
      LastStartTime: one.neverAlive === true ? null : '2026-11-23 01:34:00',
      LastHeartbeat: null,
      Alive: String(one.alive ?? one.neverAlive !== true),
      SystemDecommissioned: String(one.decommissioned ?? false),
      TabletNum: String(one.tablets ?? 40),
      DataUsedCapacity: '1.549 GB',
      TrashUsedCapacity: '0.000 ',
      AvailCapacity: '1.854 TB',
      TotalCapacity: '1.953 TB',
      UsedPct: '5.08 %',
      MaxDiskUsedPct: '5.08 %',
      Tag: one.tag ?? `{"location" : "${one.group ?? 'default'}"}`,
      ErrMsg: '',
      Version: 'doris-4.0.1-rc01-443e87e203',
      Status: JSON.stringify({
        isQueryDisabled: one.queryDisabled ?? false,
        isLoadDisabled: one.loadDisabled ?? false,
      }),
      HeartbeatFailureCounter: '0',
      NodeRole: one.neverAlive === true ? '' : 'mix',
      ...(one.runningTasks === undefined ? {} : { RunningTasks: String(one.runningTasks) }),
    })),
  );
}

export const OK: ResultSet = { columns: [], rows: [] };

/** Rows of one shape as an answer. */
export function table(rows: readonly Readonly<Record<string, string | null>>[]): ResultSet {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}
