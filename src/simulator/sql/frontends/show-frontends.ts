import { masterSeenBy, type RegisteredFrontend, registeredFrontends, replayedJournalId } from '../../model/queries.ts';
import type { SqlAnswer } from '../../cluster.ts';
import { needsAdminOrNodeBefore40 } from '../access/needs.ts';
import { failure } from '../answer/errors.ts';
import { formatOptionalTime } from '../answer/format.ts';
import { columns, type Fields, isFrom, table } from '../answer/table.ts';
import { CUT_OFF_ERROR, isCutOffMaster } from '../forwarding.ts';
import type { Execution, Statement } from '../statement.ts';

const FRONTENDS = columns(
  `Name, Host, EditLogPort, HttpPort, QueryPort, RpcPort, ArrowFlightSqlPort, Role, IsMaster, ClusterId, Join, Alive,
  ReplayedJournalId, LastStartTime, LastHeartbeat, IsHelper, ErrMsg, Version, CurrentConnected, LiveSince from 4.0`,
);

const DISKS = columns('Name, Host, DirType, Dir, Filesystem, Capacity, Used, Available, UseRate, MountOn');
const DIRECTORIES: readonly (readonly [type: string, path: string])[] = [
  ['meta', '/opt/doris/fe/doris-meta'],
  ['log', '/opt/doris/fe/log'],
  ['audit-log', '/opt/doris/fe/log'],
  ['temp', '/opt/doris/fe/temp_dir'],
  ['deploy', '/opt/doris/fe'],
];

export const FRONTEND_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW FRONTENDS',
    by: 'master',
    needs: needsAdminOrNodeBefore40,
    run: (execution) => delayed(execution, () => showFrontends(execution)),
  },
  {
    kind: 'read',
    form: 'SHOW FRONTENDS <what:word>',
    by: 'master',
    needs: needsAdminOrNodeBefore40,
    run: (execution, captures) => showDisks(execution, captures.get('what')?.[0] ?? ''),
  },
];

/** An FE asks every other one and waits for those that do not answer. */
export function delayed({ state }: Execution, answer: () => SqlAnswer): SqlAnswer {
  const readyAtMs = state.nowMs + state.faults.showFrontendsDelayMs;
  if (readyAtMs === state.nowMs) return answer();
  return { kind: 'pending', poll: (atMs) => (atMs < readyAtMs ? undefined : answer()) };
}

export function showFrontends(execution: Execution): SqlAnswer {
  return table(execution.version, FRONTENDS, frontendRows(execution));
}

export function frontendRows(execution: Execution): readonly Fields[] {
  return registeredFrontends(execution.state).map((frontend) => frontendFields(execution, frontend));
}

/** The row of the FE that answers is its own view of itself; the others are as the last heartbeat of the master saw them. */
function frontendFields(execution: Execution, frontend: RegisteredFrontend): Fields {
  const { state, session } = execution;
  const answering = execution.frontend;
  const { host, ports, row } = frontend;
  const master = masterSeenBy(state, answering);
  const isSelf = frontend.host === answering.host;
  const wasUp = isSelf || row.everAlive;
  // Only the master hears heartbeats; the others know of them what changed a row's life.
  const heard = isSelf || answering === master;
  const isHidden = !isSelf && isCutOffMaster(state, answering);
  const isUp = isSelf || (row.alive && !isHidden);
  return {
    Name: row.name,
    Host: host,
    EditLogPort: ports.editLog,
    HttpPort: answering.ports.http,
    QueryPort: wasUp ? ports.query : 0,
    RpcPort: wasUp ? ports.rpc : 0,
    ArrowFlightSqlPort: wasUp ? -1 : 0,
    Role: row.role,
    IsMaster: frontend.host === master?.host,
    ClusterId: state.clusterId,
    Join: row.joined,
    Alive: isUp,
    ReplayedJournalId: isSelf ? replayedJournalId(state, frontend) : row.replayedJournalId,
    LastStartTime: heard ? formatOptionalTime(row.lastStartMs) : null,
    LastHeartbeat: formatOptionalTime(row.lastHeartbeatMs),
    IsHelper: row.role === 'FOLLOWER',
    ErrMsg: isHidden ? CUT_OFF_ERROR : row.errorMessage,
    Version: heard && wasUp ? state.profile.versionText : null,
    CurrentConnected: host === session.frontendHost ? 'Yes' : 'No',
    LiveSince: isSelf && answering === master ? null : formatOptionalTime(row.liveSinceMs),
  };
}

/** Until 3.0 the last word is compared as written. */
function showDisks(execution: Execution, what: string): SqlAnswer {
  const { version } = execution;
  const isDisks = isFrom(version, '4.0') ? what.toLowerCase() === 'disks' : what === 'disks';
  if (!isDisks) return failure('Show frontends with extra info only support show frontends disks');
  return table(version, DISKS, diskRows(execution));
}

/** As `df -h` shows them. */
export function diskRows({ state }: Execution): readonly Fields[] {
  const disk = {
    Filesystem: '/dev/vda',
    Capacity: '251G',
    Used: '16G',
    Available: '74G',
    UseRate: '19%',
    MountOn: '/',
  };
  return registeredFrontends(state)
    .filter(({ row }) => row.alive)
    .flatMap(({ host, row }) =>
      DIRECTORIES.map(([type, path]) => ({ Name: row.name, Host: host, DirType: type, Dir: path, ...disk })),
    );
}
