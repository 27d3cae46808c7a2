import type { LoadHistory } from '../domain/demand.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Memory } from '../domain/memory.ts';
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
}
