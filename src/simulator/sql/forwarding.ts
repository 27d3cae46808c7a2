import type { SqlAnswer } from '../cluster.ts';
import { masterOf, masterSeenBy, registeredFrontends } from '../model/queries.ts';
import type { ClusterState, FrontendState } from '../model/state.ts';
import { bare } from './answer/errors.ts';
import { describeFrontend } from './frontends/describe-frontend.ts';

type Failure = Extract<SqlAnswer, { readonly kind: 'error' }>;

/** The master as this FE reaches it, or the error that the client sees. */
export function masterFor(state: ClusterState, frontend: FrontendState): FrontendState | Failure {
  const seen = masterSeenBy(state, frontend);
  if (seen !== undefined) return seen;
  return masterOf(state) === undefined ? noMaster(state, frontend) : noMasterClient(state);
}

/** A master that a cut keeps from everybody else: its heartbeats reach only itself, and it does not know of its successor. */
export function isCutOffMaster(state: ClusterState, frontend: FrontendState): boolean {
  return frontend.claimsMaster && state.faults.partitionedHosts.has(frontend.host);
}

export const CUT_OFF_ERROR = 'java.net.SocketTimeoutException: connect timed out';

/** A dropped FE until its process ends; a follower of 2.1 for good. */
export function dropped(state: ClusterState): Failure {
  const exception = state.profile.version === '4.0' ? '' : 'org.apache.thrift.TApplicationException: ';
  return bare(`TApplicationException, msg: ${exception}Internal error processing forward`);
}

/** Before the next master leads it opens the edit log, replays it and starts its daemons; before that nobody answers. */
const STEPS: readonly (readonly [leftMs: number, step: string])[] = [
  [750, 'start daemon threads'],
  [1050, 'replay journal'],
  [1150, 'open editlog'],
];
/** FEs whose pooled connection to a master broke with it, and since when that master had led. */
const BROKEN = new WeakMap<FrontendState, number>();

/** What followers answer while they elect a master, in the order in which a killed one's followers did. */
function noMaster(state: ClusterState, frontend: FrontendState): Failure {
  const { electionAtMs, masterSinceMs, nowMs } = state;
  if (BROKEN.get(frontend) !== masterSinceMs) {
    BROKEN.set(frontend, masterSinceMs);
    return connectionReset(state, lostMaster(state));
  }
  const leftMs = electionAtMs === undefined ? Number.POSITIVE_INFINITY : electionAtMs - nowMs;
  const step = STEPS.find(([untilMs]) => leftMs <= untilMs)?.[1];
  return step === undefined ? noMasterClient(state) : notReady(state, step);
}

/** The old master is not remembered: a follower that is down, if there is one. */
function lostMaster(state: ClusterState): FrontendState | undefined {
  const followers = registeredFrontends(state).filter(({ row }) => row.role === 'FOLLOWER');
  return followers.find(({ process }) => process !== 'up') ?? followers[0];
}

/** What the first statement meets that goes over a connection to a master which has died. */
export function connectionReset(state: ClusterState, lost: FrontendState | undefined): Failure {
  const exception =
    state.profile.version === '4.0' ? '' : 'org.apache.doris.qe.MasterOpExecutor$ForwardToMasterException: ';
  const address = `TNetworkAddress(hostname:${lost?.host ?? ''}, port:${String(lost?.ports.rpc ?? 0)})`;
  return bare(
    `ForwardToMasterException, msg: ${exception}forward to master FE ${address}, statement id: 1 : failed, cause: Unknown exception, java.net.SocketException: Connection reset`,
  );
}

function noMasterClient(state: ClusterState): Failure {
  return state.profile.version === '4.0'
    ? bare('Exception, msg: Failed to get master client.')
    : bare('Exception, msg: java.net.ConnectException: Connection refused');
}

/** The follower that is about to lead; which it is is not known before, so each answers as if it were. */
function notReady(state: ClusterState, step: string): Failure {
  const frontends = registeredFrontends(state);
  const lines = [
    'Frontends: ',
    ...frontends.map(describeFrontend),
    'Electable nodes: ',
    ...frontends
      .filter(({ row }) => row.role === 'FOLLOWER')
      .map(({ host, ports }) => `/${host}:${String(ports.editLog)}`),
  ];
  const exception = state.profile.version === '4.0' ? '' : 'java.lang.Exception: ';
  return bare(
    `Exception, msg: ${exception}Node catalog is not ready, please wait for a while. To master progress: ${step}.\n${lines.join('\n')}\n`,
  );
}
