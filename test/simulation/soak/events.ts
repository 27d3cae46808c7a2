import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import type { Notice } from '../../../src/domain/ports/notifier.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import type { ModelEvent } from '../../../src/simulator/model/events.ts';
import type { ClusterState } from '../../../src/simulator/model/state.ts';
import type { MachineRoom } from '../../../src/simulator/wire/hosts/provision.ts';
import type { PlannedFault } from './planned-fault.ts';
import type { Scenario } from './scenario.ts';

/** A step that is written as intent and has no outcome yet: what may be under way. */
export interface OpenIntent {
  readonly operationId: string;
  readonly key: string;
  readonly detail: string;
}

type Happened =
  /** One statement at one FE, when its outcome is known to the FE (`pending`: it hangs). */
  | {
      readonly is: 'statement';
      readonly text: string;
      readonly frontendHost: string;
      readonly by: 'us' | 'hand';
      readonly changes: boolean;
      readonly outcome: 'rows' | 'ok' | 'error' | 'pending' | 'close';
      readonly windowOpen: boolean;
      /** What the controller asked its writer for; undefined for a read and for people. */
      readonly change: ClusterChange | undefined;
      readonly intents: readonly OpenIntent[];
    }
  /** The truth of the cluster has changed. */
  | { readonly is: 'model'; readonly event: ModelEvent }
  | { readonly is: 'record'; readonly record: DecisionRecord }
  /** The journal took an operation: begun, changed or ended. */
  | { readonly is: 'operation'; readonly operation: Operation }
  | { readonly is: 'step'; readonly operationId: string; readonly step: StepRecord }
  | { readonly is: 'process'; readonly state: 'started' | 'killed' | 'stopped' }
  | {
      readonly is: 'provisioner';
      readonly verb: 'acquire' | 'reset' | 'start' | 'stop' | 'release';
      readonly host: string | undefined;
      readonly key: string;
      readonly role: 'backend' | 'frontend';
      /** When the script began: it may end after the window. */
      readonly windowOpen: boolean;
      readonly error: string | undefined;
      readonly intents: readonly OpenIntent[];
    }
  | { readonly is: 'fault'; readonly fault: PlannedFault; readonly state: 'begun' | 'ended' | 'skipped' }
  | { readonly is: 'policy'; readonly policy: ClusterPolicy }
  | { readonly is: 'notice'; readonly notice: Notice }
  /** An evaluation that broke off, or an operation that did. */
  | { readonly is: 'error'; readonly error: unknown }
  /** Every interval, right before an evaluation begins or would begin. */
  | { readonly is: 'tick' };

/** `atMs` is the true time of the world; a wall clock that was set apart from it is `World.wallMs`. */
export type WorldEvent = Happened & { readonly atMs: number };

/** Read access to everything, for invariants: the truth of the model and what our side has on disk. */
export interface World {
  readonly scenario: Scenario;
  /** True time: what the model has. */
  readonly nowMs: () => number;
  /** What the process takes for the time. */
  readonly wallMs: () => number;
  readonly policy: () => ClusterPolicy;
  /** Whether a window was open on the process's clock. */
  readonly windowOpen: () => boolean;
  readonly running: () => boolean;
  readonly cluster: SimulatedCluster;
  /** The whole truth of the cluster. */
  readonly state: ClusterState;
  readonly hosts: () => ReturnType<MachineRoom['hosts']>;
  /** As the journal has them, oldest first. */
  readonly operations: () => readonly Operation[];
  readonly openOperation: () => Operation | undefined;
  /** The last ones, oldest first. */
  readonly records: () => readonly DecisionRecord[];
  readonly recordById: (id: string) => DecisionRecord | undefined;
  /** Faults that last now. */
  readonly faults: () => readonly PlannedFault[];
}
