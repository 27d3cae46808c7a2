import type { EpochMs } from './instant.ts';
import type { GroupKey } from './node.ts';

/**
 * How a change turned out to be wrong: nodes came back sooner than the policy holds them away, within a day of a scale-in; the load of the day after it lay above the
 * target; added nodes were never needed.
 */
export const REGRET_KINDS = ['reverted', 'above-target', 'never-used'] as const;
export type RegretKind = (typeof REGRET_KINDS)[number];

/** A change of a group's size that is over. */
export interface SizeChange {
  /** Of the operation. */
  readonly id: string;
  /** When it was decided; undefined = as it ended. */
  readonly begunAt?: EpochMs | undefined;
  readonly endedAt: EpochMs;
  readonly from: number;
  readonly to: number;
}

/** What became of a change. Each is judged once. */
export interface Judgement extends SizeChange {
  readonly judgedAt: EpochMs;
  /** Empty: nothing to regret, as far as `known` says. */
  readonly regrets: readonly RegretKind[];
  /** The load rose above what the nodes carry at 100 %. */
  readonly saturated?: true;
  /** False: too little of the load since is known to say that it was right. */
  readonly known: boolean;
  /** One clause for people. */
  readonly detail: string;
}

/** The judgements of a group. */
export interface GroupRegrets extends GroupKey {
  /** Oldest first, of the time that still matters. */
  readonly judged: readonly Judgement[];
  /** Regrets since the first judgement, by kind. */
  readonly totals: Readonly<Record<RegretKind, number>>;
  /** A person said: go on. What was regretted before makes no scale-in rest. */
  readonly pardonedAt: EpochMs | undefined;
}
