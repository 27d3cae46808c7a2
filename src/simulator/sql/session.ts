import type { SqlAnswer, SqlSession } from '../cluster.ts';
import type { ClusterState } from '../model/state.ts';
import { userOf } from './access/needs.ts';

/** Sessions that are open, by FE host: each FE lists its own. */
const OPEN = new WeakMap<ClusterState, Set<SqlSession>>();
const KILLED = new WeakSet<SqlSession>();

/** The newest statement of a session, for SHOW PROCESSLIST. */
export interface LastStatement {
  readonly atMs: number;
  readonly text: string;
  readonly outcome: SqlAnswer['kind'];
  readonly error: string | undefined;
}
const LAST = new WeakMap<SqlSession, LastStatement>();

export function noteStatement(session: SqlSession, statement: LastStatement): void {
  LAST.set(session, statement);
}

export function lastStatementOf(session: SqlSession): LastStatement | undefined {
  return LAST.get(session);
}

export function openSession(
  state: ClusterState,
  frontendHost: string,
  user: string,
  clientHost: string,
  connectionId: number,
): SqlSession {
  const session: SqlSession = {
    frontendHost,
    user: nameOf(user),
    clientHost,
    connectionId,
    connectedAtMs: state.nowMs,
    variables: new Map(),
    database: undefined,
  };
  sessionsOf(state).add(session);
  return session;
}

export function closeSession(state: ClusterState, session: SqlSession): void {
  sessionsOf(state).delete(session);
}

export function sessionsOf(state: ClusterState): Set<SqlSession> {
  const known = OPEN.get(state);
  if (known !== undefined) return known;
  const none = new Set<SqlSession>();
  OPEN.set(state, none);
  return none;
}

/** Its next statement finds the connection gone. */
export function killSession(state: ClusterState, session: SqlSession): void {
  KILLED.add(session);
  closeSession(state, session);
}

export function isKilled(session: SqlSession): boolean {
  return KILLED.has(session);
}

/** Over loopback an FE lets these in whatever the password is (`skip_localhost_auth_check`). */
const FREE_OVER_LOOPBACK: ReadonlySet<string> = new Set(['root', 'admin']);

/** Every simulated connection comes over loopback. The text names no host; the wire knows it. */
export function authenticate(
  state: ClusterState,
  user: string,
  passwordMatches: (password: string) => boolean,
):
  | { readonly ok: true }
  | { readonly ok: false; readonly errno: number; readonly sqlState: string; readonly message: string } {
  const name = nameOf(user);
  const found = userOf(state, name);
  if (found !== undefined) {
    if (FREE_OVER_LOOPBACK.has(name) || passwordMatches(found.password ?? '')) return { ok: true };
  }
  const message = `Access denied for user '${user}@127.0.0.1' (using password: YES)`;
  return { ok: false, errno: 1045, sqlState: '28000', message };
}

/** A tail such as `#group` is cut off. */
function nameOf(user: string): string {
  return user.replace(/#.*$/, '');
}
