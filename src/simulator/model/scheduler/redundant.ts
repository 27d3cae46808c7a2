import { isSchedulable } from '../queries.ts';
import { wantSchedule } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import type { TabletTaskState } from './state.ts';
import { bucketPlacement, type Holder, holdersOf, replicasWanted } from '../tablets/tablet-health.ts';
import { removeReplica, type TabletPlace, tabletsOf } from '../tablets/tablet-index.ts';
import { followUp } from './clones.ts';
import { cancel, finish, keepWaiting } from './tasks.ts';

/**
 * Deletes the replica that a tablet has too many. One that loads may still write to first waits until every transaction that
 * began before has ended.
 */
export function removeRedundant(state: ClusterState, task: TabletTaskState, place: TabletPlace): void {
  const surplus = keepsSurplus(state, place) ? undefined : chooseSurplus(state, task, place);
  if (surplus === undefined) {
    cancel(state, task, { errorMessage: 'unable to delete any redundant replicas' });
    return;
  }
  const { replica, backend } = surplus;
  if (backend?.row.alive === true) {
    replica.state = 'DECOMMISSION';
    replica.watermarkTxnId ??= Math.max(0, ...state.transactions.map(({ id }) => id));
    const open = olderTransaction(state, place, replica.watermarkTxnId);
    if (open !== undefined) {
      const text = `wait txn before pre watermark txn ${String(replica.watermarkTxnId + 1)} to be finished`;
      keepWaiting(state, task, 'WAITING_DECOMMISSION', text);
      return;
    }
  }
  removeReplica(state, place.tablet, replica);
  if (isOvertaken(state, surplus)) tabletsOf(state, replica.backendId).leftovers += 1;
  state.journalId += 1;
  const colocate = task.status === 'COLOCATE_REDUNDANT' ? 'colocate ' : '';
  finish(state, task, { errorMessage: `${colocate}redundant replica is deleted`, code: 'NONE' });
  followUp(state, place);
  wantSchedule(state);
}

/** The balancer of colocate groups has lost its way: what is superfluous stays. */
function keepsSurplus({ faults }: ClusterState, { table }: TabletPlace): boolean {
  return faults.colocateStuck && table.colocateGroup !== undefined;
}

/** Loads have written to the others since it was copied: the copy is of no use. */
function isOvertaken({ faults }: ClusterState, { backend }: Holder): boolean {
  return faults.loadRace && backend !== undefined && isSchedulable(backend);
}

/** Worst first: gone, dead, being let go already, leaving, in the wrong place, what the balancer moved, the fullest. */
function chooseSurplus(state: ClusterState, task: TabletTaskState, place: TabletPlace): Holder | undefined {
  const holders = holdersOf(state, place.tablet).filter(({ replica }) => replica.state !== 'CLONE');
  const bucket = bucketPlacement(state, place.table, place.tablet);
  const surplus =
    holders.findLast((holder) => isOvertaken(state, holder)) ??
    holders.find(({ backend }) => backend === undefined) ??
    holders.find(({ backend }) => backend?.row.alive === false) ??
    holders.find(({ replica }) => replica.state === 'DECOMMISSION') ??
    holders.find(({ backend }) => backend !== undefined && !isSchedulable(backend)) ??
    holders.find(({ replica }) => bucket !== undefined && !bucket.includes(replica.backendId)) ??
    holders.find(({ backend }) => !((backend?.row.tags['location'] ?? '') in place.partition.replicaAllocation)) ??
    holders.find(({ replica }) => replica.backendId === task.surplusBackendId) ??
    holders.toSorted((a, b) => replicasOn(state, b) - replicasOn(state, a))[0];
  return surplus !== undefined && leavesEnough(place, holders, surplus) ? surplus : undefined;
}

function leavesEnough({ partition }: TabletPlace, holders: readonly Holder[], surplus: Holder): boolean {
  const left = holders.filter(
    ({ replica, backend, ready }) => replica !== surplus.replica && ready && backend?.row.alive === true,
  );
  // Of what is dead or gone nothing is lost with its entry.
  return left.length >= replicasWanted(partition) || surplus.backend?.row.alive !== true;
}

function replicasOn(state: ClusterState, { replica }: Holder): number {
  return tabletsOf(state, replica.backendId).replicas.size;
}

function olderTransaction(state: ClusterState, { database }: TabletPlace, watermark: number): number | undefined {
  return state.transactions.find(({ id, databaseId }) => databaseId === database.id && id <= watermark)?.id;
}
