import type { CalendarEntry, GroupDecision, PlannedStep } from './decision.ts';
import type { EpochMs } from './instant.ts';
import type { GroupKey } from './node.ts';
import type { Observation } from './observation.ts';
import type { Judgement } from './regret.ts';

/** What one evaluation saw and decided; `explain` prints it as stored. */
export interface DecisionRecord {
  readonly id: string;
  readonly at: EpochMs;
  readonly cluster: string;
  readonly mode: string;
  /** The failed check that kept the cluster in observe although its policy says otherwise. */
  readonly forcedObserve?: string | undefined;
  readonly policyRevision: string;
  readonly durationMs: number;
  readonly observation: Observation;
  readonly groups: readonly GroupDecision[];
  readonly steps: readonly PlannedStep[];
  readonly calendar: readonly CalendarEntry[];
  /** Past changes that this evaluation judged; undefined when it judged none. */
  readonly judged?: readonly (GroupKey & Judgement)[] | undefined;
  /** Operation that this evaluation admitted. The record is kept first: a crash before the intent leaves a name of nothing. */
  readonly operationId: string | undefined;
}
