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
  /** Of backends: what is expected and what made the number; undefined while nothing is seen, and where only a change is asked for. */
  readonly forecast?: GroupForecast | undefined;
}

/** The part that made the number: past demand of the same times, records of late, the highest of 8 days, a schedule, `min`. */
export type BoundBy = 'forecast' | 'records' | 'trailing' | 'schedule' | 'min' | 'unknown';

/** What is expected of a group, in nodes at the targets, and what it rests on. */
export interface GroupForecast {
  readonly boundBy: BoundBy;
  /** The signal that needs the most nodes. */
  readonly signal: string | undefined;
  readonly requiredNodes: number | undefined;
  /** Who said so: `the same time a week ago`; undefined while there is no forecast. */
  readonly expert: string | undefined;
  /** The level it said. */
  readonly expectedNodes: number | undefined;
  /** What its own past errors add to it, as a share; negative where it expects too much. */
  readonly headroomRatio: number | undefined;
  /** Past forecasts that were judged for it. */
  readonly samples: number;
  readonly knownDays: number | undefined;
  /** With so many the first forecast can be made. */
  readonly neededDays: number | undefined;
  /** Until the next chance to change, hour by hour, 48 at most; empty while there is no forecast. */
  readonly hours: readonly ExpectedHour[];
}

/** Of ten such forecasts nine came between `lowNodes` and `highNodes`. */
export interface ExpectedHour {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly expectedNodes: number;
  readonly lowNodes: number;
  readonly highNodes: number;
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
