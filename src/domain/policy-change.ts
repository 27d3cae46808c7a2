import type { EpochMs } from './instant.ts';
import type { Mode } from './policy.ts';

/** What a policy would have done with the load of the last days. */
export interface PolicyFigures {
  readonly nodeHours: number;
  /** The load was above what the serving nodes carry at 100 %, as the policy in force has it: the same measure for both. */
  readonly saturatedMinutes: number;
  /** Of the policy's own target. */
  readonly aboveTargetMinutes: number;
  readonly changes: number;
  readonly leastNodes: number;
  readonly mostNodes: number;
  /** Nodes that the highest load needs at the policy's own target. */
  readonly peakNodes: number;
}

/** A group whose policy changed, under the policy in force and under the changed one. */
export interface GroupDifference {
  readonly cluster: string;
  readonly group: string;
  /** Under the changed policy: one that only observes is shown, and holds nothing up. */
  readonly mode: Mode;
  /** Why nothing can be compared; undefined where it could. */
  readonly unknown: string | undefined;
  readonly compared:
    | {
        readonly fromMs: EpochMs;
        readonly untilMs: EpochMs;
        /** Minutes of that time whose load is known. */
        readonly knownMinutes: number;
        readonly before: PolicyFigures;
        readonly after: PolicyFigures;
      }
    | undefined;
  /** In what the changed policy is worse by more than is taken without asking, a sentence each. */
  readonly beyond: readonly string[];
  /** What was left out of the replay, a sentence each. */
  readonly notes: readonly string[];
}

/** What became of the newest change of the policy. */
export interface PolicyChange {
  /** Of the policy that was in force when it was read. */
  readonly previous: string;
  readonly revision: string;
  readonly at: EpochMs;
  /** `held`: waits until a person says yes. */
  readonly result: 'accepted' | 'held' | 'approved';
  /** Why it is held, a sentence each. */
  readonly reasons: readonly string[];
  /** Those in which anything changed that a replay can tell of. */
  readonly groups: readonly GroupDifference[];
}

/** A person's yes to a policy that is held. */
export interface PolicyApproval {
  readonly revision: string;
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string;
}
