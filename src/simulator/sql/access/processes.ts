import type { SqlAnswer, SqlSession } from '../../cluster.ts';
import { registeredBackends } from '../../model/queries.ts';
import { coded, failure, OK } from '../answer/errors.ts';
import { formatTime } from '../answer/format.ts';
import { columns, type Fields, isFrom, table, TYPES } from '../answer/table.ts';
import { killSession, type LastStatement, lastStatementOf, sessionsOf } from '../session.ts';
import { type Execution, type Statement, valueOf } from '../statement.ts';
import { hasPrivilege, userOf } from './needs.ts';

const PROCESSES = columns(
  `CurrentConnected, Id:8 until 3.0, Id from 4.0, User, Host, LoginTime until 3.0, LoginTime:12 from 4.0, Catalog, Db,
  Command, Time:3, State, QueryId, TraceId from 4.0, Info:${String(TYPES.text)} until 3.0, Info from 4.0, FE from 4.0,
  CloudCluster from 4.0`,
);

export const PROCESS_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SHOW [FULL] PROCESSLIST', by: 'local', run: showProcesses },
  { kind: 'read', form: 'KILL [CONNECTION] <id:number>', by: 'local', run: (...of) => kill(...of, { query: false }) },
  { kind: 'read', form: 'KILL QUERY <id:number>', by: 'local', run: (...of) => kill(...of, { query: true }) },
];

/** Connections to this FE; only ADMIN_PRIV sees those of others. */
function showProcesses(execution: Execution): SqlAnswer {
  const { state, version, session } = execution;
  const seesAll = hasPrivilege(userOf(state, session.user), 'ADMIN');
  const sessions = new Set([session, ...sessionsOf(state)]);
  const open = [...sessions].filter(
    (each) => each.frontendHost === session.frontendHost && (seesAll || each.user === session.user),
  );
  return table(version, PROCESSES, [
    ...open.map((each) => sessionFields(execution, each)),
    ...(seesAll ? runningQueries(execution) : []),
  ]);
}

function sessionFields({ state, version, session, text }: Execution, each: SqlSession): Fields {
  const isOwn = each === session;
  const last = lastStatementOf(each);
  return {
    CurrentConnected: isOwn ? 'Yes' : isFrom(version, '4.0') ? 'No' : '',
    Id: each.connectionId,
    User: each.user,
    Host: `${each.clientHost}:${String(CLIENT_PORT + (each.connectionId % 20_000))}`,
    LoginTime: formatTime(each.connectedAtMs),
    Catalog: 'internal',
    Db: each.database ?? '',
    Command: isOwn ? 'Query' : 'Sleep',
    Time: isOwn ? 0 : Math.floor((state.nowMs - (last?.atMs ?? each.connectedAtMs)) / 1000),
    State: isOwn ? 'OK' : stateOf(last),
    QueryId: queryId(each.connectionId, last?.atMs ?? each.connectedAtMs),
    TraceId: '',
    Info: isOwn ? text : isFrom(version, '4.0') ? '' : infoOf(last),
    FE: each.frontendHost,
    CloudCluster: 'NULL',
  };
}

function stateOf(last: LastStatement | undefined): string {
  return last?.outcome === 'error' ? 'ERR' : last?.outcome === 'rows' ? 'EOF' : 'OK';
}

/** Until 3.0 a sleeping connection shows what it asked last, or the error that it got. */
function infoOf(last: LastStatement | undefined): string {
  return last?.error ?? last?.text ?? '';
}

const CLIENT_PORT = 40_000;
/** Queries that run on backends have been there for so long. */
const QUERY_SECONDS = 30;

/** Those of this FE's own clients; each that runs on a backend belongs to somebody's connection at the master. */
function runningQueries({ state, session }: Execution): readonly Fields[] {
  const backends = state.masterHost === session.frontendHost ? registeredBackends(state) : [];
  return [session.frontendHost, ...backends.map(({ host }) => host)].flatMap((host, node) =>
    Array.from({ length: state.faults.runningQueries.get(host) ?? 0 }, (_, index) => {
      const id = 1_000_000 + node * 1000 + index;
      return {
        CurrentConnected: 'No',
        Id: id,
        User: 'analyst',
        Host: `127.0.0.1:${String(CLIENT_PORT + index)}`,
        LoginTime: formatTime(state.nowMs - QUERY_SECONDS * 1000),
        Catalog: 'internal',
        Db: 'shop',
        Command: 'Query',
        Time: QUERY_SECONDS,
        State: 'OK',
        QueryId: queryId(id, 0),
        TraceId: '',
        Info: 'SELECT count(*) FROM orders',
        FE: session.frontendHost,
        CloudCluster: 'NULL',
      };
    }),
  );
}

function queryId(connectionId: number, atMs: number): string {
  const high = (BigInt(connectionId) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
  const low = (BigInt(Math.floor(atMs)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  return `${high.toString(16)}-${low.toString(16)}`;
}

function kill(
  { state, session, version }: Execution,
  captures: Parameters<typeof valueOf>[0],
  { query }: { readonly query: boolean },
): SqlAnswer {
  const id = valueOf(captures, 'id');
  const found = [...sessionsOf(state)].find(
    (each) => each.frontendHost === session.frontendHost && String(each.connectionId) === id,
  );
  if (found === undefined) {
    const unknown = failure(`Unknown thread id: ${id}`);
    return isFrom(version, '4.0') ? unknown : coded(1094, 'HY000', unknown.message);
  }
  if (!query) killSession(state, found);
  return OK;
}
