import type { Victim } from '../../domain/decision.ts';
import type { RemovalEvidence } from '../../domain/evidence.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Direction, GroupMemory } from '../../domain/memory.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { Backend } from '../../domain/topology.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { Required } from '../sizing/required.ts';
import type { Choice } from '../victims/choose.ts';

/** A change of one group that the guards are asked about; `direction` undefined = nothing is wanted. */
export interface Change {
  readonly key: GroupKey;
  readonly direction: Direction | undefined;
  readonly current: number;
  readonly target: number;
  /** Growth to min or a schedule's floor. */
  readonly toFloor: boolean;
  readonly memory: GroupMemory;
  readonly provisioner: string | undefined;
  readonly victims: readonly Victim[];
  readonly choice: Choice | undefined;
  /** Of backends only. */
  readonly backend: BackendChange | undefined;
}

export interface BackendChange {
  readonly group: GroupPolicy;
  /** Registered and not leaving. */
  readonly members: readonly Backend[];
  readonly required: Required;
  /** A signal that is good now asks for the growth. */
  readonly witnessed: boolean;
  readonly floorsAhead: readonly Floor[];
  /** Read for these very victims; undefined before admission. */
  readonly evidence: RemovalEvidence | undefined;
}
