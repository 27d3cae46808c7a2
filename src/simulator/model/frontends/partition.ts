import { electableFollowers, masterOf } from '../queries.ts';
import type { ClusterState } from '../state.ts';
import { tellMaster } from '../tell.ts';
import { loseWaitingWrites } from './majority.ts';
import { endFrontend } from './processes.ts';

/**
 * A host is cut off from all others. A master goes on believing that it leads, while the others elect another where enough of them
 * are left.
 */
export function cutOff(state: ClusterState, host: string): void {
  if (state.faults.partitionedHosts.has(host)) return;
  const master = masterOf(state);
  state.faults.partitionedHosts.add(host);
  if (master?.host !== host || electableFollowers(state).length === 1) return;
  master.claimsMaster = true;
  state.masterHost = undefined;
  tellMaster(state);
}

/** It hears from the others again. A master that has a successor ends itself, as Doris's do. */
export function reconnect(state: ClusterState, host: string): void {
  if (!state.faults.partitionedHosts.delete(host)) return;
  const frontend = state.frontends.find((each) => each.host === host && each.claimsMaster);
  if (frontend === undefined) return;
  frontend.claimsMaster = false;
  if (masterOf(state) === undefined) {
    state.masterHost = host;
    tellMaster(state);
    return;
  }
  loseWaitingWrites(state);
  endFrontend(state, frontend);
}
