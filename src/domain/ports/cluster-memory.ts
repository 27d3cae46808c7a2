import type { EpochMs } from '../instant.ts';
import type { ForeignChange } from '../memory.ts';
import type { NodeAddress } from '../node.ts';

/** A time for which a node was of a group. */
export interface Stay {
  readonly group: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** A node that is or was registered. */
export interface Member {
  readonly node: NodeAddress;
  readonly role: 'backend' | 'frontend';
  readonly group: string;
  readonly host: string;
  readonly httpPort: number | undefined;
  /** In its group: one that moved, or that was gone, begins anew. */
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** First look without it; a second one makes it gone. */
  readonly missedAt: EpochMs | undefined;
  /** Two looks without it. */
  readonly goneAt: EpochMs | undefined;
  readonly lastStartTime: string | undefined;
  /** When LastStartTime was last seen to change. */
  readonly restartSeenAt: EpochMs | undefined;
  /** What was before `firstSeenAt`, for as long as it may matter. */
  readonly earlier?: readonly Stay[];
}

/** What is remembered of a cluster between evaluations and restarts, besides the journal. */
export interface ClusterMemory {
  clusterId(cluster: string): Promise<string | undefined>;
  learnClusterId(cluster: string, clusterId: string): Promise<void>;
  members(cluster: string): Promise<readonly Member[]>;
  saveMembers(cluster: string, members: readonly Member[]): Promise<void>;
  foreignChanges(cluster: string, since: EpochMs): Promise<readonly ForeignChange[]>;
  addForeignChange(cluster: string, change: ForeignChange): Promise<void>;
  /** Small facts by name, JSON text: baselines, rests, holds. */
  fact(cluster: string, name: string): Promise<string | undefined>;
  setFact(cluster: string, name: string, value: string | undefined): Promise<void>;
}
