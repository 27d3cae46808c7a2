import type { SqlAnswer } from '../cluster.ts';
import { masterOf, masterSeenBy, registeredFrontends } from '../model/queries.ts';
import type { ClusterState, FrontendState } from '../model/state.ts';
import { bare, coded, failure } from './answer/errors.ts';

type Failure = Extract<SqlAnswer, { readonly kind: 'error' }>;

/** The master as this FE reaches it, or the error that the client sees. */
export function masterFor(state: ClusterState, frontend: FrontendState): FrontendState | Failure {
  const seen = masterSeenBy(state, frontend);
  if (seen !== undefined) return seen;
  return masterOf(state) === undefined ? noMaster(state, frontend) : noMasterClient(state);
}

/** A dropped FE until its process ends; a follower of 2.1 for good. */
export function dropped(state: ClusterState): Failure {
  const exception = state.profile.version === '4.0' ? '' : 'org.apache.thrift.TApplicationException: ';
  return bare(`TApplicationException, msg: ${exception}Internal error processing forward`);
}

const ELECTION_MS = 2000;

/** What followers answer while they elect a master, in the order in which a killed one's followers did. */
function noMaster(state: ClusterState, frontend: FrontendState): Failure {
  const { electionAtMs, nowMs } = state;
  const sinceMs = electionAtMs === undefined ? 0 : nowMs - (electionAtMs - ELECTION_MS);
  if (electionAtMs !== undefined && sinceMs > ELECTION_MS / 2) return notReady(state, frontend);
  return noMasterClient(state);
}

function noMasterClient(state: ClusterState): Failure {
  return state.profile.version === '4.0'
    ? bare('Exception, msg: Failed to get master client.')
    : bare('Exception, msg: java.net.ConnectException: Connection refused');
}

function notReady(state: ClusterState, frontend: FrontendState): Failure {
  const frontends = registeredFrontends(state);
  const lines = [
    'Frontends: ',
    ...frontends.map(
      ({ host, ports, row }) =>
        `name: ${row.name}, role: ${row.role}, ${host}:${String(ports.editLog)}, is alive: ${String(row.alive)}`,
    ),
    'Electable nodes: ',
    ...frontends
      .filter(({ row }) => row.role === 'FOLLOWER')
      .map(({ host, ports }) => `/${host}:${String(ports.editLog)}`),
  ];
  const exception = state.profile.version === '4.0' ? '' : 'java.lang.Exception: ';
  if (frontend.row?.role === 'OBSERVER' && state.profile.version !== '4.0') {
    return failure(
      `The statement has been forwarded to master FE(${frontend.host}) and failed to execute because Master FE is not ready. You may need to check FE's status`,
    );
  }
  return coded(
    1105,
    'HY000',
    `Exception, msg: ${exception}Node catalog is not ready, please wait for a while. To master progress: replay journal.\n${lines.join('\n')}\n`,
  );
}
