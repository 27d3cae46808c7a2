import type { DorisVersion, SimulatedCluster, SqlAnswer, SqlSession } from '../cluster.ts';
import type { ClusterState, FrontendState, UserState } from '../model/state.ts';
import { executeSql } from '../sql/execute.ts';
import { write } from '../sql/writes.ts';
import { after, type Envelope, failed, success } from './reply.ts';

export type RestRequest = Parameters<SimulatedCluster['http']>[1];

/** One question, and the FE that was asked. */
export interface Exchange {
  readonly state: ClusterState;
  readonly version: DorisVersion;
  readonly frontend: FrontendState;
  readonly request: RestRequest;
  /** Undefined where nobody is asked who he is. */
  readonly user: UserState | undefined;
}

/** A statement as root, on the FE that was asked: who may do it was decided before. */
export function askSql(
  { state, frontend }: Pick<Exchange, 'state' | 'frontend'>,
  text: string,
  variables: readonly (readonly [name: string, value: string])[] = [],
): SqlAnswer {
  const answer = executeSql(state, rootSession({ state, frontend }, variables), text);
  return answer.kind === 'pending' ? (answer.poll(state.nowMs) ?? answer) : answer;
}

function rootSession(
  { state, frontend }: Pick<Exchange, 'state' | 'frontend'>,
  variables: readonly (readonly [name: string, value: string])[] = [],
): SqlSession {
  return {
    frontendHost: frontend.host,
    user: 'root',
    clientHost: '127.0.0.1',
    connectionId: 0,
    connectedAtMs: state.nowMs,
    variables: new Map(variables),
    database: undefined,
  };
}

/** Rows of a PROC path, NULL as Doris's own `\N`; this FE's own view unless it is told to ask the master. */
export function procRows(
  exchange: Pick<Exchange, 'state' | 'frontend'>,
  path: string,
  options: { readonly forward: boolean },
):
  | { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly refusal: Envelope } {
  const answer = askSql(exchange, `SHOW PROC '${path.replaceAll("'", "\\'")}'`, [
    ['forward_to_master', String(options.forward)],
  ]);
  if (answer.kind === 'rows') {
    return {
      names: answer.columns.map(({ name }) => name),
      rows: answer.rows.map((row) => row.map((cell) => cell ?? '\\N')),
    };
  }
  return { refusal: outcome(answer) };
}

/** A change that no statement makes, as root on the FE that was asked. */
export function writeAsRoot(
  exchange: Pick<Exchange, 'state' | 'frontend' | 'version'>,
  text: string,
  effect: () => void,
): SqlAnswer {
  return write({ ...exchange, session: rootSession(exchange), text }, effect);
}

/** What a statement came to; one that waits for a majority keeps its caller waiting, too. */
export function outcome(answer: SqlAnswer): Envelope {
  if (answer.kind === 'error') return failed(answer.message);
  if (answer.kind === 'close') return failed('errCode = 2, detailMessage = Internal error');
  return answer.kind === 'pending' ? { ...success(null), later: after(answer.poll, outcome) } : success(null);
}
