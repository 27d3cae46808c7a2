import type { GuardCode } from '../domain/codes.ts';
import type { LoadHistory } from '../domain/demand.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Memory, Proposal } from '../domain/memory.ts';
import type { Observation } from '../domain/observation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';

/** Everything that a decision rests on. */
export interface DecideInput {
  readonly policy: ClusterPolicy;
  readonly observation: Observation;
  /** Of every backend group; the same object for the same closed slot lets the sizing be reused. */
  readonly demand: readonly LoadHistory[];
  readonly memory: Memory;
  readonly at: EpochMs;
  /** The check that keeps this cluster in observe whatever its mode says. */
  readonly forcedObserve?: string | undefined;
  /** What is asked for, judged beforehand; decide() judges it itself where it is left out. */
  readonly standing?: Standing | undefined;
  /** Only the change is asked for, as by a replay: no calendar, no forecast, no guards of a group that stays as it is. */
  readonly changeOnly?: boolean;
  /** Guards that are left out: what would be done without them is what people are asked for. */
  readonly leftOut?: readonly GuardCode[];
}

/** A proposal at an instant: it waits for its answer or its window, or it is over. */
export interface Standing {
  readonly proposal: Proposal;
  /** Why it is over, one clause for people; undefined: it stands. */
  readonly ends: string | undefined;
}
