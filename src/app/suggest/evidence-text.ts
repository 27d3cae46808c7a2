import { nodeCountText, nodesText, percentText } from '../../decision/explain/text.ts';
import type { SuggestedBounds } from '../../decision/suggest/bounds.ts';
import { cellStart } from '../../decision/suggest/day-loads.ts';
import type { IdleWindow, IdleWindows } from '../../decision/suggest/idle-windows.ts';
import { daysText } from '../../decision/suggest/suggest.ts';
import type { Missing, PeakWarning } from '../../decision/suggest/suggest.ts';
import { dateOf } from '../../decision/windows/local-date.ts';
import { formatLocal } from '../../decision/windows/local-time.ts';
import type { ExpectedSaving } from './saving.ts';

/** Why a window was chosen. */
export function windowEvidence(window: IdleWindow): string {
  const { quietDays, knownDays, highestShare, belowShare } = window;
  const below = `below ${percentText(belowShare)} of the day's peak on ${String(quietDays)} of ${String(knownDays)} days`;
  return `${below}; the highest ${shareText(highestShare)} (${highestAt(window)})`;
}

/** Rounded down, so that it shows to be below what it is below. */
function shareText(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** `2026-11-11 04:30`. */
export function highestAt({ highestDay, highestCell }: IdleWindow): string {
  const { day, minute } = cellStart(highestDay, highestCell);
  return `${dateOf(day)} ${timeText(minute)}`;
}

export function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Weekdays without a window, a sentence each. */
export function withoutEvidence({ without }: IdleWindows): readonly string[] {
  return without.map(({ weekday, share }) => {
    const least =
      share === undefined
        ? 'too little is known of it'
        : `its quietest two hours reach ${shareText(share)} of the day's peak`;
    return `no window on ${daysText([weekday])}: ${least}`;
  });
}

export function minEvidence({ lowNodes }: SuggestedBounds, diskNodes: number | undefined): string {
  const disks = diskNodes === undefined ? '' : `, and the data there is needs ${nodesText(diskNodes)}`;
  return `95 % of the time the load needs ${nodesText(lowNodes)} or more${disks}; never below 3`;
}

export function maxEvidence({ highestNodes }: SuggestedBounds, present: number | undefined): string {
  const now = present === undefined ? '' : `; ${nodeCountText(present)} now`;
  return `the highest load needed ${nodesText(highestNodes)}, and 30 % for growth${now}`;
}

export function savingText(saving: ExpectedSaving | undefined): string {
  if (saving === undefined) return 'expected saving: unknown, the history is too short to replay';
  const { against, isPresent, meanNodes, ratio, nodeHoursPerWeek, days, saturatedMinutes, aboveTargetMinutes } = saving;
  const now = `${nodeCountText(against)} ${isPresent ? 'now' : 'for the highest load'}`;
  const change =
    ratio >= 0
      ? `${percentText(ratio)} fewer node-hours (${String(Math.round(nodeHoursPerWeek))} a week)`
      : `${percentText(-ratio)} more node-hours (${String(Math.round(-nodeHoursPerWeek))} a week)`;
  const missed = `${String(saturatedMinutes)} min above 100 % and ${String(aboveTargetMinutes)} min above the target`;
  // A mean is no need: it is rounded to the nearest.
  const mean = nodesText(Math.round(meanNodes * 10) / 10);
  return `expected: ${mean} on average instead of ${now}, ${change}; ${missed} in the last ${String(Math.floor(days))} days`;
}

export function warningText(cluster: string, warning: PeakWarning, zone: string): string {
  const { group, windows, at, nodes, isHighest, days, ofDays } = warning;
  const whose = windows === 'policy' ? "the policy's windows" : 'the suggested windows';
  const peak = isHighest
    ? `the highest load of all (${nodesText(nodes)}, ${formatLocal(at, zone)})`
    : `the peak of ${String(days)} of ${String(ofDays)} days`;
  return `${cluster} be/${group}: ${whose} hold ${peak}: changes would be made when the cluster is busiest`;
}

export function missingText(cluster: string, { group, knownDays, since, reachedAt }: Missing, zone: string): string {
  const known = `${cluster} be/${group}: ${knownDays.toFixed(1)} of 14 days of load are known`;
  const from = since === undefined ? '' : ` (since ${formatLocal(since, zone)})`;
  return `${known}${from}; enough from ${formatLocal(reachedAt, zone)} on if none is missing`;
}
