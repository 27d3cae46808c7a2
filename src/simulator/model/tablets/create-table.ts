import { nextId } from '../ids.ts';
import { isSchedulable, registeredBackends } from '../queries.ts';
import type { ClusterState } from '../state.ts';
import type { DatabaseState, PartitionState } from './state.ts';
import { addReplica, tabletsOf } from './tablet-index.ts';

export function createDatabase(state: ClusterState, name: string): DatabaseState {
  state.journalId += 1;
  const database: DatabaseState = { id: nextId(state), name, tables: [] };
  state.databases.push(database);
  return database;
}

/**
 * An empty table of one partition, its replicas on the schedulable backends of tag `default` that hold the fewest. The caller has
 * checked that there are enough.
 */
export function createTable(
  state: ClusterState,
  database: DatabaseState,
  shape: { readonly name: string; readonly buckets: number; readonly replicas: number },
): void {
  state.journalId += 1;
  const { name, buckets, replicas } = shape;
  const partition: PartitionState = {
    id: nextId(state),
    name,
    replicaAllocation: { default: replicas },
    medium: 'HDD',
    visibleVersion: 1,
    tablets: [],
  };
  const table = { id: nextId(state), name, state: 'NORMAL', colocateGroup: undefined, partitions: [partition] };
  nextId(state); // the base index
  database.tables.push(table);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const tablet = { id: nextId(state), bytes: 1, bucket, replicas: [] };
    partition.tablets.push(tablet);
    state.index.places.set(tablet.id, { database, table, partition, tablet });
    for (const backend of emptiest(state).slice(0, replicas)) {
      const id = nextId(state);
      addReplica(state, tablet, { id, backendId: backend, diskIndex: 0, state: 'NORMAL', watermarkTxnId: undefined });
    }
  }
}

function emptiest(state: ClusterState): readonly string[] {
  return registeredBackends(state)
    .filter((backend) => isSchedulable(backend) && backend.row.tags['location'] === 'default')
    .map(({ row }) => ({ id: row.id, held: tabletsOf(state, row.id).replicas.size }))
    .toSorted((a, b) => a.held - b.held)
    .map(({ id }) => id);
}
