import type { EpochMs } from './instant.ts';
import type { GroupKey, NodeAddress } from './node.ts';
import type { Approval, Operation } from './operation.ts';
import type { GroupRegrets } from './regret.ts';

export type Direction = 'in' | 'out';

export interface Pause {
  readonly cluster: string;
  readonly direction: Direction | 'both';
  readonly since: EpochMs;
  /** Undefined = until resumed. */
  readonly until: EpochMs | undefined;
  readonly reason: string;
  readonly by: string;
  /** The one in whose place it was set. */
  readonly replaced?: Pick<Pause, 'by' | 'until' | 'reason'> | undefined;
}

/** A membership change that no operation of ours explains. */
export interface ForeignChange extends GroupKey {
  readonly at: EpochMs;
  readonly node: NodeAddress;
  readonly change: 'added' | 'removed';
}

export interface GroupMemory extends GroupKey {
  /** End of the last scale-out: of ours, or a foreign add. */
  readonly lastOutEndedAt: EpochMs | undefined;
  readonly lastInEndedAt: EpochMs | undefined;
  /** Removals in a row that ended failed or cancelled, and when the last of them ended. */
  readonly failedRemovals: number;
  readonly lastFailedRemovalAt: EpochMs | undefined;
  /** Additions in a row that ended failed or cancelled, and when the last of them ended. */
  readonly failedAdditions: number;
  readonly lastFailedAdditionAt: EpochMs | undefined;
  /** Backends not to be chosen again before an instant, with the reason. */
  readonly skip: readonly { readonly node: NodeAddress; readonly until: EpochMs; readonly reason: string }[];
  /** A person cancelled or dropped what we drained: scale-in rests until then. */
  readonly restsUntil: EpochMs | undefined;
  /** Needed sizes of the last evaluations within the stabilization time, for scale-in (max) and scale-out (min). */
  readonly recentNeeds: readonly { readonly at: EpochMs; readonly nodes: number }[];
  /** When a change was first wanted that only `rolling-restart` held. */
  readonly rollingHoldSince: EpochMs | undefined;
  /** Count when the group was first seen in act. */
  readonly baselineNodes: number | undefined;
  /** Of followers: the policy's number when the cluster last had as many. The same number again is no edit. */
  readonly settledNodes?: number | undefined;
  /** Mean cores of a backend when those of every member were first known; undefined = never yet (Doris 2.1 shows none). */
  readonly referenceCores: number | undefined;
  /** What became of past changes; undefined without any. */
  readonly regrets?: GroupRegrets | undefined;
  /** p90 of past operations of ours, undefined without any. */
  readonly addDurationMs: number | undefined;
  readonly removeDurationMs: number | undefined;
}

/** A change that waits for the yes of a person. */
export interface Proposal {
  readonly operation: Operation & { readonly approval: Approval };
  /** The policy would carry it out as it did when it was asked for. */
  readonly samePolicy: boolean;
}

/** A no of a person: the group is not asked about a change of that direction, or none that goes no further, until then. */
export interface Rejection extends GroupKey {
  readonly direction: Direction;
  /** Nodes that there would have been. */
  readonly to: number;
  readonly until: EpochMs;
  readonly by: string;
  readonly reason: string;
}

/** What the journal and the store say at the start of an evaluation. */
export interface Memory {
  /** Begun and not ended; a proposal is none. */
  readonly openOperation: Operation | undefined;
  readonly proposal: Proposal | undefined;
  /** Those that still rest. */
  readonly rejections: readonly Rejection[];
  readonly groups: readonly GroupMemory[];
  readonly pauses: readonly Pause[];
  /** Learnt at first contact. */
  readonly clusterId: string | undefined;
  /** Bytes per second and per leaving backend, measured in the last drains; undefined without any. */
  readonly migrationRateBytesPerSecond: number | undefined;
  /** Nodes whose LastStartTime was seen to change between two of our reads, and when. */
  readonly restarts: readonly {
    readonly node: NodeAddress;
    readonly role: 'frontend' | 'backend';
    readonly seenAt: EpochMs;
  }[];
  /** Observers that an operation of ours added. */
  readonly ownObservers: readonly NodeAddress[];
  /** Leaving backends that an operation of ours drains. */
  readonly ownDrains: readonly NodeAddress[];
  readonly foreignChanges: readonly ForeignChange[];
}
