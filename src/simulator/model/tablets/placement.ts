import { registeredBackends } from '../queries.ts';
import type { ClusterState } from '../state.ts';

export interface ReplicaPlace {
  readonly backendId: string;
  readonly diskIndex: number;
}

/** Where the replicas of new tablets go. */
export interface Placement {
  /** The backends with fewest bytes, each on its emptiest disk. */
  spread(replicas: number, tabletBytes: number): readonly ReplicaPlace[];
  /** Buckets of a colocate group lie on neighbouring backends, those of the same number on the same ones. */
  ofBucket(bucket: number, replicas: number, tabletBytes: number): readonly ReplicaPlace[];
}

interface Share {
  readonly backendId: string;
  readonly bytesByDisk: number[];
  bytes: number;
}

/** Of a tag, for a cluster that is being made: all its backends are empty, take part, and have hosts of their own. */
export function placeReplicas(state: ClusterState, tag: string): Placement {
  const shares = registeredBackends(state)
    .filter(({ row }) => row.tags['location'] === tag)
    .map(({ row, disks }): Share => ({ backendId: row.id, bytesByDisk: disks.map(() => 0), bytes: 0 }));

  const place = (share: Share, tabletBytes: number): ReplicaPlace => {
    const diskIndex = share.bytesByDisk.indexOf(Math.min(...share.bytesByDisk));
    share.bytesByDisk[diskIndex] = (share.bytesByDisk[diskIndex] ?? 0) + tabletBytes;
    share.bytes += tabletBytes;
    return { backendId: share.backendId, diskIndex };
  };

  return {
    spread: (replicas, tabletBytes) => {
      const chosen: Share[] = [];
      while (chosen.length < Math.min(replicas, shares.length)) chosen.push(lightest(shares, chosen));
      return chosen.map((share) => place(share, tabletBytes));
    },
    ofBucket: (bucket, replicas, tabletBytes) =>
      Array.from({ length: Math.min(replicas, shares.length) }, (_, offset) => {
        const share = shares[(bucket + offset) % shares.length];
        if (share === undefined) throw new Error('there is no backend to place a replica on');
        return place(share, tabletBytes);
      }),
  };
}

function lightest(shares: readonly Share[], besides: readonly Share[]): Share {
  let best: Share | undefined;
  for (const share of shares) {
    if ((best === undefined || share.bytes < best.bytes) && !besides.includes(share)) best = share;
  }
  if (best === undefined) throw new Error('there is no backend to place a replica on');
  return best;
}
