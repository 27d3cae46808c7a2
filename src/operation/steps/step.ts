import type { EpochMs } from '../../domain/instant.ts';
import type {
  JsonValue,
  Operation,
  OperationKind,
  OperationProgress,
  OperationTarget,
  StepRecord,
} from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Effect } from './effect.ts';
import type { Facts, Look } from '../facts.ts';

export interface Situation {
  readonly operation: Operation;
  readonly facts: Facts;
  readonly policy: ClusterPolicy;
  readonly now: EpochMs;
}

/** The situation of one target. */
export interface Context extends Situation {
  readonly index: number;
  readonly target: OperationTarget;
}

export type TurnEnd = 'cancelled' | 'failed';

/** Why a target is undone as far as it can be. */
export interface Turn {
  readonly end: TurnEnd;
  readonly reason: string;
  /** Somebody took back or took out what was ours: the group rests. */
  readonly byHand?: true;
}

/** What forbids a step to begin. Without an end this look alone forbids it: it is looked at again. */
export type Refusal = Turn | { readonly end: undefined; readonly reason: string };

/** What a look says of a step whose intent is written. */
export type Verdict =
  | { readonly is: 'done'; readonly detail: string; readonly data?: Readonly<Record<string, JsonValue>> }
  /** Not yet; only time or others can bring it about. */
  | { readonly is: 'waiting'; readonly reason: string; readonly pollMs?: number; readonly progress?: OperationProgress }
  /** The cluster shows that the effect did not happen: it may be asked for again. */
  | { readonly is: 'absent'; readonly reason: string }
  /** Something to remember before going on looking. */
  | {
      readonly is: 'note';
      readonly data: Readonly<Record<string, JsonValue>>;
      readonly detail?: string;
      readonly notice?: StepNotice;
      readonly progress?: OperationProgress;
    }
  /** Given up without harm to the rest: the operation goes on. */
  | { readonly is: 'failed'; readonly detail: string }
  /** The way out is retraced, to be taken again in a later window. */
  | { readonly is: 'back'; readonly reason: string }
  /** The target is undone as far as it can be. */
  | { readonly is: 'turn'; readonly end: TurnEnd; readonly reason: string };

export interface StepNotice {
  readonly event: 'operation-stalled' | 'operation-stuck' | 'loads-paused';
  readonly title: string;
  readonly lines: readonly string[];
}

/** How long a step may last from its intent: fixed, or a key of `operations` in the policy. */
export type StepDeadline = number | 'operations.drainQueries' | 'operations.deadline';

/**
 * `turn`: the target is undone. `back`: retrace the way out and wait for the next window. `give-up`: the step counts as
 * failed, the rest goes on, the operation ends as failed. `skip`: the same, but the operation may still succeed.
 * `keep-trying`: it is reported once and tried on.
 */
export type AfterDeadline = 'turn' | 'back' | 'give-up' | 'skip' | 'keep-trying';

/**
 * A window closes while the step is in hand. `goes-on`: it is brought to its end. `undone`: the target is undone.
 * `back`: retraced until the next window. `waits`: what was sent goes on, what was not waits and has its deadline anew in the
 * next window. `policy`: windows.onClose says.
 */
export type WhenWindowCloses = 'goes-on' | 'undone' | 'back' | 'waits' | 'policy';

/** One row of a kind's table. The texts are printed in the guide. */
export interface Step {
  readonly key: string;
  /** What it does, as an operator would say it. */
  readonly title: string;
  /** What the cluster or the host must show for the step to be done. */
  readonly waitsFor: string;
  readonly deadline: StepDeadline;
  readonly afterDeadline: AfterDeadline;
  /** The shortest time before the same thing is asked for again after a look showed that it did not happen. */
  readonly retryEveryMs: number;
  /** Times that it is asked for before it counts as failed. */
  readonly attempts: number;
  /** What takes it back, in words; undefined = nothing to take back. */
  readonly undo: string | undefined;
  readonly onClose: WhenWindowCloses;
  /** May begin while no window is open. */
  readonly outsideWindow: boolean;
  readonly looks?: (context: Context) => readonly Look[];
  /** Reason for which the step is not needed here. */
  readonly skip?: (context: Context) => string | undefined;
  /** For a look that others rest on: older than this it is taken again, as long as `until` has not begun. */
  readonly fresh?: { readonly forMs: number; readonly until: string };
  /** What forbids its beginning. Anything worth waiting for is a step of its own. */
  readonly refuse?: (context: Context) => Refusal | undefined;
  readonly effect?: (context: Context) => Effect | undefined;
  /** Kept with the intent, for steps that come when the row is gone. */
  readonly remember?: (context: Context) => Readonly<Record<string, JsonValue>>;
  readonly verify: (context: Context, record: StepRecord) => Verdict;
}

export interface Kind {
  readonly kind: OperationKind;
  readonly title: string;
  /** Adds run side by side, removals one after another. */
  readonly order: 'side-by-side' | 'one-after-another';
  readonly direction: 'in' | 'out';
  /** Steps that every target has passed before any goes beyond them; between two the targets go one after another. */
  readonly gates?: readonly string[];
  /** For each target, in order. */
  readonly steps: readonly Step[];
  /** For a target that turned, in order; each skips itself where there is nothing to take back. */
  readonly undo: readonly Step[];
  /** Retraces the way out while a later window is waited for, and the steps that are then taken again. */
  readonly back: readonly Step[];
  readonly retaken: readonly string[];
  /** Once, after the last target, whatever became of it. */
  readonly after: readonly Step[];
  /** Why the target must turn now, asked before anything else. */
  readonly turns: (context: Context) => Turn | undefined;
  /** From here on the target is brought to its end, whatever is asked. */
  readonly committed: (context: Context) => boolean;
}
