import type { EpochMs, Interval } from './instant.ts';

/** 1 = Monday ... 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Where an entry stands in the policy file, for messages. */
export interface WindowName {
  readonly name: string;
}

/** Local dates `YYYY-MM-DD`, both included, that bound the days on which an instance starts. */
export interface DateBounds {
  readonly from?: string;
  readonly until?: string;
}

/** Minutes since local midnight, 0..1440; `endMinute <= startMinute` runs into the next day. */
export interface LocalTimes {
  readonly startMinute: number;
  readonly endMinute: number;
}

export type WindowEntry =
  | (WindowName & DateBounds & LocalTimes & { readonly form: 'weekly'; readonly days: readonly Weekday[] })
  /** monthDays: 1..31, or -1 = last day, -2 = last but one ... */
  | (WindowName & DateBounds & LocalTimes & { readonly form: 'monthly'; readonly monthDays: readonly number[] })
  | (WindowName & DateBounds & { readonly form: 'cron'; readonly cron: string; readonly durationMs: number })
  /** Whole local days, `from` 00:00 to the midnight after `until`. Deny only. */
  | (WindowName & Required<DateBounds> & { readonly form: 'dates' });

export interface IdleCondition {
  readonly signal: string;
  readonly below: number;
  readonly forMs: number;
}

export interface EmergencyCondition {
  readonly signal: string;
  readonly above: number;
  readonly forMs: number;
}

export type OnClose = 'finish' | 'throttle' | 'cancel';

/** `windows` of a cluster; see the guide, chapter windows. */
export interface WindowsPolicy {
  /** IANA name. */
  readonly timezone: string;
  readonly always: boolean;
  readonly allow: readonly WindowEntry[];
  readonly deny: readonly WindowEntry[];
  /** Local dates `YYYY-MM-DD` whose load is like no other day's: left out of the forecast. They close no window. */
  readonly holidays: readonly string[];
  readonly idle: readonly IdleCondition[];
  readonly guardMs: number;
  readonly onClose: OnClose;
  readonly scaleOut: 'window' | 'anytime';
  readonly emergency: EmergencyCondition | undefined;
}

/** One instance of one entry. */
export interface WindowInstance extends Interval {
  readonly name: string;
  /** Local date on which it starts. */
  readonly localDate: string;
  /** `shortened` or `skipped` by a change of the clock; announced by validate. */
  readonly note: 'shortened' | 'skipped' | undefined;
  /** Length in the absence of clock changes. */
  readonly nominalMs: number;
}

/** Allowed time after merging and after denials. */
export interface EffectiveWindow extends Interval {
  readonly names: readonly string[];
  readonly usableFromMs: EpochMs;
  /** endMs less guard, never before startMs. */
  readonly usableUntilMs: EpochMs;
  readonly notes: readonly string[];
}

export interface DeniedInterval extends Interval {
  readonly name: string;
}
