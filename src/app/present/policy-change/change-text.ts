import { formatDuration } from '../../../decision/windows/local-time.ts';
import type { GroupDifference, PolicyChange, PolicyFigures } from '../../../domain/policy-change.ts';
import { table } from '../table.ts';

const MINUTE_MS = 60_000;

/** What a changed policy would have done, group by group, beside the one in force. */
export function differencesText(groups: readonly GroupDifference[]): string {
  return groups.map(differenceText).join('');
}

/** What is to be said of a policy that waits for a yes: nothing of any other. */
export function heldText({ revision, previous, result, reasons }: PolicyChange): string {
  if (result !== 'held') return '';
  return [
    `the changed policy ${revision} waits for a yes; ${previous} stays in force`,
    ...reasons.map((reason) => `  ${reason}`),
    `  yes     ${approveCommand(revision)}`,
    '  no      put the file back as it was',
    '',
  ].join('\n');
}

export function approveCommand(revision: string): string {
  return `doris-autoscaler approve ${revision}`;
}

function differenceText({ cluster, group, mode, unknown, compared, beyond, notes }: GroupDifference): string {
  const name = `${cluster} be/${group}${mode === 'observe' ? ' (only observed)' : ''}`;
  if (compared === undefined) return `${name}   not compared: ${unknown ?? ''}\n`;
  const { fromMs, untilMs, knownMinutes, before, after } = compared;
  const rows = figureRows(before, after).map(([label, ...cells]) => [`  ${label}`, ...cells]);
  return [
    `${name}   the last ${formatDuration(untilMs - fromMs)}, of which ${formatDuration(knownMinutes * MINUTE_MS)} are known\n`,
    table([['', 'in force', 'changed'], ...rows]),
    ...beyond.map((each) => `  ! ${each}\n`),
    ...notes.map((each) => `  taken for granted: ${each}\n`),
  ].join('');
}

function figureRows(before: PolicyFigures, after: PolicyFigures): readonly (readonly [string, ...string[]])[] {
  const row = (label: string, of: (figures: PolicyFigures) => string): readonly [string, ...string[]] => [
    label,
    of(before),
    of(after),
  ];
  return [
    row('node-hours', ({ nodeHours }) => String(Math.round(nodeHours))),
    row('minutes saturated', ({ saturatedMinutes }) => String(saturatedMinutes)),
    row('minutes above target', ({ aboveTargetMinutes }) => String(aboveTargetMinutes)),
    row('changes', ({ changes }) => String(changes)),
    row('nodes, least and most', ({ leastNodes, mostNodes }) => `${String(leastNodes)} - ${String(mostNodes)}`),
    row('nodes that the peak needs', ({ peakNodes }) => String(peakNodes)),
  ];
}
