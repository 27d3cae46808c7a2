import type { ClusterEvidence, TabletWalk } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';

/** Evidence of which nothing could be read: every check that needs some holds and says why. */
export function unreadEvidence(at: EpochMs, reason: string): ClusterEvidence {
  const unknown = { known: false, reason } as const;
  return {
    at,
    disks: unknown,
    watermarks: unknown,
    cloneSpeed: unknown,
    schedulerOff: unknown,
    jobs: unknown,
    transactions: unknown,
    unstableColocateGroups: unknown,
    recycleBin: unknown,
    frontendDisks: unknown,
    fastClocks: unknown,
    ownCheck: undefined,
  };
}

/** A walk that could not be made. */
export function unreadWalk(at: EpochMs, reason: string): TabletWalk {
  const unknown = { known: false, reason } as const;
  return {
    at,
    replication: unknown,
    singleReplicaTables: unknown,
    tablets: unknown,
    largestTablets: unknown,
    residualTablets: unknown,
    backups: unknown,
  };
}
