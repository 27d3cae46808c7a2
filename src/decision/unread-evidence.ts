import type { RemovalEvidence } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';

/** Evidence of which nothing could be read: every guard that needs some holds and says why. */
export function unreadEvidence(at: EpochMs, reason: string): RemovalEvidence {
  const unknown = { known: false, reason } as const;
  return {
    at,
    replication: unknown,
    singleReplicaTables: unknown,
    disks: unknown,
    tablets: unknown,
    schedulerOff: unknown,
    jobs: unknown,
    unstableColocateGroups: unknown,
    ownCheck: undefined,
  };
}
