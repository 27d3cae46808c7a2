import { createOwnCluster } from '../create-state.ts';
import { masterOf, masterSeenBy } from '../queries.ts';
import { randomDigits } from '../random.ts';
import type { ClusterState, FrontendState } from '../state.ts';
import { tellConfigsGone, tellMaster, tellProcess } from '../tell.ts';
import { loseWaitingWrites, settleMajority } from './majority.ts';

/*
 * A frontend's process:
 *
 *   down -> starting -> up                       its meta directory belongs to this cluster
 *           starting -> asking -> starting -> up  empty, with a helper: asks it until it is registered, then fetches the image
 *           starting -> own-cluster              empty, without a helper: it becomes the master of a new cluster
 *           starting -> down                     it finds that it is not (or no longer) registered
 *   up -> down                                   stopped, killed, dropped (5 s later), or a master that lost its majority (2.1)
 *   up -> unknown                                a dropped follower of 2.1
 */

const JVM_MS = 3_000;
const REPLAY_MS = 5_000;
const POLL_MS = 5_000;
const DROPPED_ENDS_MS = 5_000;
/** max_bdbje_clock_delta_ms */
const MOST_SKEW_MS = 5_000;

/** start_fe.sh, with `--helper host:editLogPort` or without. A process that runs already goes on. */
export function startFrontend(state: ClusterState, frontend: FrontendState, helper: string | undefined): void {
  if (frontend.process !== 'down' || state.faults.deadHosts.has(frontend.host)) return;
  frontend.process = 'starting';
  frontend.startedAtMs = state.nowMs;
  frontend.helper = state.faults.helperLost ? undefined : helper;
  frontend.claimsMaster = false;
  frontend.lastWords = undefined;
  const replayMs = frontend.metaClusterId === undefined ? 0 : REPLAY_MS;
  frontend.processChangesAtMs = state.nowMs + hostStartMs(state, JVM_MS + replayMs);
}

/** stop_fe.sh, kill -9 or the end of the machine: an FE has nothing to finish. */
export function endFrontend(state: ClusterState, frontend: FrontendState): void {
  if (frontend.process === 'down') return;
  tellProcess(state, frontend, 'frontend', 'stopped');
  tellConfigsGone(state, frontend);
  frontend.process = 'down';
  frontend.processChangesAtMs = undefined;
  frontend.startedAtMs = undefined;
  frontend.claimsMaster = false;
  frontend.configs.clear();
  if (frontend.host === state.masterHost) {
    loseWaitingWrites(state);
    state.masterHost = undefined;
    tellMaster(state);
  }
  settleMajority(state);
}

/** Moves the meta directory of a stopped process aside. */
export function resetFrontend(frontend: FrontendState): void {
  if (frontend.process !== 'down') return;
  frontend.metaClusterId = undefined;
  frontend.ownCluster = undefined;
  frontend.lastReplayedId = 0;
}

/** What becomes of a process whose row has just gone. */
export function afterDrop(state: ClusterState, frontend: FrontendState, role: 'FOLLOWER' | 'OBSERVER'): void {
  if (frontend.process === 'up') {
    if (role === 'FOLLOWER' && state.profile.droppedFollowerStaysUp) frontend.process = 'unknown';
    else frontend.processChangesAtMs = state.nowMs + Math.floor(state.random() * DROPPED_ENDS_MS);
  }
  settleMajority(state);
}

/** Carries out the change that is due now. */
export function changeFrontendProcess(state: ClusterState, frontend: FrontendState): void {
  frontend.processChangesAtMs = undefined;
  switch (frontend.process) {
    case 'starting':
      finishStart(state, frontend);
      return;
    case 'asking':
      ask(state, frontend);
      return;
    case 'up':
      // Dropped, and it has replayed that.
      endFrontend(state, frontend);
      return;
    case 'down':
    case 'own-cluster':
    case 'unknown':
      return;
  }
}

function finishStart(state: ClusterState, frontend: FrontendState): void {
  if (frontend.metaClusterId === undefined) {
    if (frontend.helper === undefined) becomeOwnCluster(state, frontend);
    else {
      frontend.process = 'asking';
      ask(state, frontend);
    }
    return;
  }
  if (frontend.metaClusterId !== state.clusterId) {
    frontend.process = 'own-cluster';
    return;
  }
  if (frontend.row === undefined) {
    endFrontend(state, frontend);
    return;
  }
  const skewMs = Math.abs(state.faults.clockSkewMs.get(frontend.host) ?? 0);
  if (skewMs > MOST_SKEW_MS && masterOf(state) !== undefined) {
    const limit = `exceeds max permissible delta: ${String(MOST_SKEW_MS)} ms`;
    frontend.lastWords = `Clock delta: ${String(skewMs)} ms. between Feeder and this Replica ${limit}`;
    endFrontend(state, frontend);
    return;
  }
  frontend.process = 'up';
  tellProcess(state, frontend, 'frontend', 'started');
  settleMajority(state);
}

function becomeOwnCluster(state: ClusterState, frontend: FrontendState): void {
  frontend.process = 'own-cluster';
  frontend.metaClusterId = randomDigits(state.random, 10);
  frontend.ownCluster = createOwnCluster(state, frontend);
  tellProcess(state, frontend, 'frontend', 'started');
}

/** The helper knows it: the image is fetched and replayed. It does not yet, or cannot be asked: again in five seconds. */
function ask(state: ClusterState, frontend: FrontendState): void {
  const [helperHost] = (frontend.helper ?? '').split(/:\d+$/);
  if (helperHost === frontend.host) {
    // "Do not specify the helper node to FE itself"
    endFrontend(state, frontend);
    return;
  }
  const helper = state.frontends.find(({ host, process }) => host === helperHost && process === 'up');
  const isKnown = frontend.row !== undefined && helper !== undefined && masterSeenBy(state, helper) === masterOf(state);
  if (!isKnown || masterOf(state) === undefined || state.faults.partitionedHosts.has(frontend.host)) {
    frontend.processChangesAtMs = state.nowMs + hostStartMs(state, POLL_MS);
    return;
  }
  if (frontend.row !== undefined) frontend.row.joined = true;
  frontend.metaClusterId = state.clusterId;
  frontend.process = 'starting';
  frontend.processChangesAtMs = state.nowMs + hostStartMs(state, REPLAY_MS);
}

function hostStartMs(state: ClusterState, durationMs: number): number {
  return Math.ceil(durationMs / state.options.speed);
}
