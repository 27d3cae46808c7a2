import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { WindowEntry, WindowsPolicy } from '../../domain/window.ts';
import type { SlotDemand } from '../demand/slot-demand.ts';
import { DAY_MS } from '../windows/local-date.ts';
import { suggestBounds } from './bounds.ts';
import type { SuggestedBounds } from './bounds.ts';
import { dayLoads, highestOf, knownMs, knownSince } from './day-loads.ts';
import { idleWindows } from './idle-windows.ts';
import type { IdleWindow, IdleWindows } from './idle-windows.ts';
import { heldPeak } from './peak.ts';
import type { HeldPeak } from './peak.ts';

/** Less says nothing of a weekday. */
export const LEAST_MS = 14 * DAY_MS;
const KNOWN_SHARE = 0.9;
const NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What is known of a group. */
export interface SuggestGroup {
  readonly group: GroupPolicy;
  /** By load alone: disks have no quiet times. */
  readonly demand: SlotDemand;
  /** Nodes that it has now, where that is known. */
  readonly present: number | undefined;
  /** Nodes that its data needs at the target of its disks, where a signal sizes by them. */
  readonly diskNodes: number | undefined;
}

export interface SuggestRequest {
  readonly cluster: ClusterPolicy;
  readonly groups: readonly SuggestGroup[];
  readonly until: EpochMs;
}

/** Too little is known of a group. */
export interface Missing {
  readonly group: string;
  readonly knownDays: number;
  readonly since: EpochMs | undefined;
  /** When it will be enough if everything from now on is known. */
  readonly reachedAt: EpochMs;
}

/** A peak in the windows of the policy, or in those that are suggested. */
export interface PeakWarning extends HeldPeak {
  readonly group: string;
  readonly windows: 'policy' | 'suggested';
}

export interface Suggestion {
  readonly idle: IdleWindows;
  /** With what is suggested in place of `allow` and `always`; as it was where nothing is. */
  readonly windows: WindowsPolicy;
  readonly groups: readonly (SuggestGroup & { readonly bounds: SuggestedBounds })[];
  readonly warnings: readonly PeakWarning[];
}

export type Suggested =
  | { readonly ok: true; readonly suggestion: Suggestion }
  | { readonly ok: false; readonly missing: readonly Missing[] };

/** Windows and bounds that the load of the past speaks for. */
export function suggestPolicy({ cluster, groups, until }: SuggestRequest): Suggested {
  const missing = groups.flatMap(({ group, demand }) => missingOf(group.group, demand, until) ?? []);
  if (missing.length > 0 || groups.length === 0) return { ok: false, missing };
  const { timezone, holidays } = cluster.windows;
  const idle = idleWindows(highestOf(groups.map(({ demand }) => dayLoads(demand, timezone, holidays))));
  const windows: WindowsPolicy =
    idle.windows.length === 0
      ? cluster.windows
      : { ...cluster.windows, always: false, allow: idle.windows.map(entryOf) };
  const warningsOf = (of: WindowsPolicy, whose: PeakWarning['windows']): readonly PeakWarning[] =>
    groups.flatMap(({ group, demand }) => {
      const held = heldPeak(of, demand);
      return held === undefined ? [] : [{ ...held, group: group.group, windows: whose }];
    });
  return {
    ok: true,
    suggestion: {
      idle,
      windows,
      groups: groups.flatMap((each) => {
        const bounds = suggestBounds(each.group, each.demand, each);
        return bounds === undefined ? [] : [{ ...each, bounds }];
      }),
      warnings: [
        ...warningsOf(cluster.windows, 'policy'),
        ...(windows === cluster.windows ? [] : warningsOf(windows, 'suggested')),
      ],
    },
  };
}

function missingOf(group: string, demand: SlotDemand, until: EpochMs): Missing | undefined {
  const known = knownMs(demand);
  const since = knownSince(demand);
  // Slots are whole: the newest may not be closed yet.
  const spanMs = since === undefined ? 0 : until - since + 3_600_000;
  if (known >= KNOWN_SHARE * LEAST_MS && spanMs >= LEAST_MS) return undefined;
  const waitMs = Math.max(LEAST_MS - spanMs, KNOWN_SHARE * LEAST_MS - known);
  return { group, knownDays: known / DAY_MS, since, reachedAt: until + waitMs };
}

/** `mon-fri`, `sat`: what a window begins on, in the words of a policy. */
export function daysText(days: readonly number[]): string {
  const name = (day: number | undefined): string => NAMES[(day ?? 1) - 1] ?? '';
  return days.length === 1 ? name(days[0]) : `${name(days[0])}-${name(days.at(-1))}`;
}

export function windowName({ days }: Pick<IdleWindow, 'days'>): string {
  return days.length === 7 ? 'idle' : `idle-${daysText(days)}`;
}

function entryOf(window: IdleWindow): WindowEntry {
  const { days, startMinute, endMinute } = window;
  return { form: 'weekly', name: windowName(window), days, startMinute, endMinute };
}
