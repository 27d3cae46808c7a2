import type { GuardCode, LimitCode, ReasonCode } from './codes.ts';
import type { EpochMs } from './instant.ts';
import type { Direction } from './memory.ts';
import type { GroupKey, NodeAddress } from './node.ts';

export type Action = 'scale-out' | 'scale-in' | 'hold';

/** One step from the raw recommendation to the final number. */
export interface ChainLink {
  /** `demand`, `schedule`, `stabilization`, `dead-band`, `bounds`, `ratio`, `step`, `guards` ... in the order applied. */
  readonly stage: string;
  readonly from: number;
  readonly to: number;
  readonly code: LimitCode | undefined;
  /** One sentence for people, with units. */
  readonly detail: string;
}

export interface GuardVerdict {
  readonly code: GuardCode;
  readonly direction: Direction | 'both';
  /** `hold` also when the guard could not be judged: unknown fails closed and `detail` says so. */
  readonly verdict: 'pass' | 'hold';
  readonly detail: string;
  /** When the guard alone would let go, where that is known. */
  readonly until: EpochMs | undefined;
}

/** The nearest condition that would change the answer. */
export interface WouldChange {
  readonly code: ReasonCode | undefined;
  readonly detail: string;
  readonly at: EpochMs | undefined;
}

export interface GroupDecision extends GroupKey {
  /** Registered nodes not leaving, dead ones included; undefined = unknown topology. */
  readonly current: number | undefined;
  /** Demand in nodes, fractional, before any rounding; undefined = unknown. */
  readonly raw: number | undefined;
  /** After sizing and limits, before guards; undefined = unknown. */
  readonly recommended: number | undefined;
  /** After guards: equals current on a hold. */
  readonly desired: number | undefined;
  readonly action: Action;
  /** Guards that hold a wanted change in the order of GUARD_CODES, then limits that bound. */
  readonly reasons: readonly ReasonCode[];
  readonly chain: readonly ChainLink[];
  readonly guards: readonly GuardVerdict[];
  readonly wouldChangeIf: readonly WouldChange[];
  /** Chosen for a wanted scale-in, in order. */
  readonly victims: readonly Victim[];
  /** What made the number: a signal and the slot of its highest load, a schedule, min. */
  readonly bindingReason: string;
  /** The wanted growth is to `min` or a schedule's floor: no metric is needed for it. */
  readonly toFloor: boolean;
}

export interface Victim {
  readonly node: NodeAddress;
  readonly backendId: string | undefined;
  readonly bytes: number;
  readonly tablets: number;
  /** Before safety. */
  readonly estimatedMs: number | undefined;
  readonly why: string;
}

/** A change that the policy would make in a coming window. */
export interface CalendarEntry extends GroupKey {
  readonly at: EpochMs;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** One thing to do now, in order; the first is what an operation carries out. */
export interface PlannedStep extends GroupKey {
  readonly kind:
    | 'add-backend'
    | 'remove-backend'
    | 'add-observer'
    | 'remove-observer'
    | 'add-follower'
    | 'remove-follower';
  readonly from: number;
  readonly to: number;
  /** Victims of a removal; empty for an addition. */
  readonly nodes: readonly NodeAddress[];
  readonly estimatedMs: number | undefined;
  readonly reasons: readonly ReasonCode[];
}

export interface Decision {
  readonly at: EpochMs;
  readonly groups: readonly GroupDecision[];
  /** Only what no guard holds. FE before BE on the way out, BE before FE on the way in. */
  readonly steps: readonly PlannedStep[];
  readonly calendar: readonly CalendarEntry[];
}
