import type { EpochMs } from './instant.ts';
import type { GroupKey, NodeAddress } from './node.ts';

export type OperationKind =
  | 'add-backend'
  | 'remove-backend'
  | 'add-observer'
  | 'remove-observer'
  | 'add-follower'
  | 'remove-follower';

/**
 *  proposed -> pending -> running <-> paused
 *      |          |          |
 *      +----------+----------+--> succeeded | failed | cancelled
 */
export type OperationState = 'proposed' | 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

/** `intent` is written before the effect, the others after it was verified or given up. */
export type StepState = 'intent' | 'done' | 'failed' | 'skipped' | 'undone';

export interface StepRecord {
  /** `<target index>.<step>`, e.g. `0.decommission`; unique within the operation. */
  readonly key: string;
  readonly state: StepState;
  readonly attempts: number;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | undefined;
  /** One sentence for people. */
  readonly detail: string;
  /** What undo and reconciliation need: values found, ids, hosts. JSON values only. */
  readonly data: Readonly<Record<string, JsonValue>>;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One node that an operation adds or removes. */
export interface OperationTarget {
  /** Known from the start for a removal, after `acquire` for an addition (then in the step's data). */
  readonly node: NodeAddress | undefined;
  readonly backendId: string | undefined;
  /** Bytes it held at admission; undefined for additions. */
  readonly bytes: number | undefined;
  readonly tablets: number | undefined;
}

export interface OperationProgress {
  /** 0..1. */
  readonly ratio: number;
  readonly tabletsRemaining: number | undefined;
  readonly bytesRemaining: number | undefined;
  readonly estimatedEndAt: EpochMs | undefined;
  /** 90 % interval of the estimate; `latestAt` undefined: at its slowest it would never end. */
  readonly endsBetween?: { readonly earliestAt: EpochMs; readonly latestAt: EpochMs | undefined } | undefined;
  /** One line: `1,118 of 3,104 tablets left`. */
  readonly text: string;
}

/** What a person is asked for, and what was answered. Fixed when it is asked, but for the answer. */
export interface Approval {
  /** SHA-256 in hex over what will be done: the same hash is the same plan. */
  readonly planHash: string;
  /** Without a start by then it is void: the end of the window that it was asked for. */
  readonly expiresAt: EpochMs;
  /** The yes; a no is `cancelRequested`. */
  readonly given: { readonly at: EpochMs; readonly by: string; readonly reason: string } | undefined;
}

/** A durable change of one group. Everything in `plan` is fixed at admission. */
export interface Operation extends GroupKey {
  /** ULID-like: sorts by time. */
  readonly id: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly from: number;
  readonly to: number;
  readonly targets: readonly OperationTarget[];
  /** Reason codes and binding reason of the decision that admitted it. */
  readonly because: string;
  readonly recordId: string;
  readonly createdAt: EpochMs;
  /** When its first step began. */
  readonly startedAt: EpochMs | undefined;
  readonly endedAt: EpochMs | undefined;
  /** Longest wall time less waits for windows. */
  readonly deadlineMs: number;
  /** Wall time spent waiting for a window so far. */
  readonly waitedForWindowMs: number;
  readonly steps: readonly StepRecord[];
  readonly progress: OperationProgress | undefined;
  /** Why it ended or what it waits for. */
  readonly reason: string;
  /** A person's order, or that of the policy (BY_THE_POLICY). */
  readonly cancelRequested: { readonly at: EpochMs; readonly by: string; readonly reason: string } | undefined;
  /** Of an operation that was asked for in mode approve. */
  readonly approval?: Approval | undefined;
}

/** Who cancelled what runs when the policy was edited to `mode: observe`: nobody who means this very change. */
export const BY_THE_POLICY = 'the policy';
