import type { ChainLink, GroupDecision } from '../../domain/decision.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import { nextWindow, windowAt } from '../windows/effective.ts';
import { answerOf, groupName, sentencesOf } from './sentences.ts';
import type { Said } from './sentences.ts';
import { openWindowText } from './text.ts';

/** The plan of one cluster for people: where it stands, each group, what the coming windows would do. */
export function planLines(
  record: Said & { readonly mode: string },
  policy: ClusterPolicy,
  only?: string,
): readonly string[] {
  const zone = policy.windows.timezone;
  const head = [
    record.cluster,
    `${formatLocal(record.at, zone, record.at)} ${zone}`,
    record.mode,
    windowText(record.at, policy),
  ].join('   ');
  const groups = record.groups.filter((group) => only === undefined || group.group === only);
  const blocks = groups.flatMap((group) => {
    const [, ...why] = sentencesOf(record, group, policy);
    return [`  ${answerOf(group)}`, ...why.map((line) => `  ${line}`)];
  });
  return [head, ...blocks, ...calendarLines(record, policy, only)];
}

/** The plan, then each step to the number and every guard. */
export function explainLines(
  record: Said & { readonly mode: string },
  policy: ClusterPolicy,
  only?: string,
): readonly string[] {
  const groups = record.groups.filter((group) => only === undefined || group.group === only);
  return [...planLines(record, policy, only), ...groups.flatMap((group) => ['', ...groupLines(group)])];
}

export function calendarLines(record: Said, policy: ClusterPolicy, only?: string): readonly string[] {
  const zone = policy.windows.timezone;
  const entries = record.calendar.filter((entry) => only === undefined || entry.group === only);
  const isFrontend = ({ role }: GroupKey): boolean => role !== 'backend';
  const several = record.groups.filter((group) => !isFrontend(group)).length > 1 || record.calendar.some(isFrontend);
  return entries.map((entry, index) => {
    const name = several ? `   ${groupName(entry)}` : '';
    const change = `${String(entry.from)} -> ${String(entry.to)}`;
    return `${index === 0 ? 'next' : '    '}   ${formatLocal(entry.at, zone, record.at)}${name}   ${change}   ${entry.reason}`;
  });
}

function windowText(at: number, policy: ClusterPolicy): string {
  const open = windowAt(policy.windows, at);
  if (open !== undefined) return openWindowText(open, at);
  const next = nextWindow(policy.windows, at);
  if (next === undefined) return 'no window opens within 400 days';
  return `no window, the next opens ${formatLocal(next.startMs, policy.windows.timezone, at)} (in ${formatDuration(next.startMs - at)})`;
}

function groupLines(group: GroupDecision): readonly string[] {
  return [
    `${groupName(group)}, step by step`,
    ...group.chain.map(
      (link) =>
        `  ${link.stage.padEnd(14)}${change(link)}${link.code === undefined ? '' : `${link.code}   `}${link.detail}`,
    ),
    `${groupName(group)}, every guard`,
    ...group.guards.map(
      (guard) => `  ${guard.verdict.padEnd(6)}${guard.direction.padEnd(6)}${guard.code.padEnd(22)} ${guard.detail}`,
    ),
  ];
}

function change({ from, to }: ChainLink): string {
  return `${String(from)} -> ${String(to)}`.padEnd(11);
}
