import type { BackendRow, BackendState, ClusterState } from '../state.ts';
import { tabletsOf } from './tablet-index.ts';

export interface ReplicaPlace {
  readonly backendId: string;
  readonly diskIndex: number;
}

/** Where the replicas of new tablets go. */
export interface Placement {
  /** The emptiest backends on distinct hosts, each on its emptiest disk. */
  spread(replicas: number, tabletBytes: number): readonly ReplicaPlace[];
  /** Buckets of a colocate group lie on neighbouring backends, those of the same number on the same ones. */
  ofBucket(bucket: number, replicas: number, tabletBytes: number): readonly ReplicaPlace[];
}

/** By replicas and bytes alike. For a cluster that is being made: all registered backends take part. */
export function placeReplicas(state: ClusterState): Placement {
  const backends = state.backends.filter((backend): backend is Member => backend.row !== undefined);
  let turn = 0;

  function spread(replicas: number, tabletBytes: number): readonly ReplicaPlace[] {
    turn += 1;
    const chosen = backends
      .map((backend, index) => ({
        backend,
        order: (index + turn) % backends.length,
        load: loadOf(state, backend.row.id),
      }))
      .toSorted((a, b) => a.load.bytes - b.load.bytes || a.load.replicas - b.load.replicas || a.order - b.order)
      .slice(0, replicas);
    return chosen.map(({ backend }) => ({
      backendId: backend.row.id,
      diskIndex: emptiestDisk(state, backend, tabletBytes),
    }));
  }

  function ofBucket(bucket: number, replicas: number, tabletBytes: number): readonly ReplicaPlace[] {
    return Array.from({ length: Math.min(replicas, backends.length) }, (_, offset) => {
      const backend = backends[(bucket + offset) % backends.length];
      if (backend === undefined) throw new Error('there is no backend to place a replica on');
      return { backendId: backend.row.id, diskIndex: emptiestDisk(state, backend, tabletBytes) };
    });
  }

  return { spread, ofBucket };
}

type Member = BackendState & { readonly row: BackendRow };

function loadOf(state: ClusterState, backendId: string): { readonly bytes: number; readonly replicas: number } {
  const { bytesByDisk, replicas } = tabletsOf(state, backendId);
  return { bytes: bytesByDisk.reduce((sum, bytes) => sum + bytes, 0), replicas: replicas.size };
}

function emptiestDisk(state: ClusterState, backend: Member, _tabletBytes: number): number {
  const { bytesByDisk } = tabletsOf(state, backend.row.id);
  return backend.disks.reduce(
    (best, _disk, index) => ((bytesByDisk[index] ?? 0) < (bytesByDisk[best] ?? 0) ? index : best),
    0,
  );
}
