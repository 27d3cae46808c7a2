import { GUARD_CODES } from '../../domain/codes.ts';
import type { GuardCode, ReasonCode } from '../../domain/codes.ts';
import type { GroupDecision, GuardVerdict, Victim } from '../../domain/decision.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { DecisionRecord } from '../../domain/record.ts';
import { formatDuration } from '../windows/local-time.ts';
import { rateText } from './text.ts';

/** What a sentence needs of a record. */
export type Said = Pick<DecisionRecord, 'at' | 'cluster' | 'groups' | 'calendar'>;

/**
 * The answer about one group, then why, then what would change it: the same lines for terminal, log, API and notification.
 * The first line stands alone.
 */
export function sentencesOf(record: Said, group: GroupDecision, policy: ClusterPolicy): readonly string[] {
  const answer = `${record.cluster}   ${answerOf(group)}`;
  const lines = group.action === 'hold' ? holdLines(group) : changeLines(group, policy);
  return [answer, ...lines.map((line) => `  ${line}`)];
}

/** `be/default stays at 9: outside-window`, `be/default 9 -> 8: scale-in`. */
export function answerOf(group: GroupDecision): string {
  const name = groupName(group);
  if (group.current === undefined) return `${name}: ${group.reasons.join(', ')}`;
  if (group.action === 'hold')
    return `${name} stays at ${String(group.current)}: ${group.reasons[0] ?? 'within-bounds'}`;
  return `${name} ${String(group.current)} -> ${String(group.desired)}: ${group.action}`;
}

/** `be/default`, `fe/observer`. */
export function groupName({ role, group }: GroupKey): string {
  return role === 'backend' ? `be/${group}` : `fe/${group}`;
}

/** The guards that stop the change, in the order of the reasons. */
export function holdsOf(group: GroupDecision): readonly GuardVerdict[] {
  return group.reasons.filter(isGuard).flatMap((code) => {
    const verdict = group.guards.find((guard) => guard.code === code);
    return verdict === undefined ? [] : [verdict];
  });
}

function holdLines(group: GroupDecision): readonly string[] {
  const holds = holdsOf(group);
  const lines = holds.map((guard, index) => {
    const name = index === 0 ? '' : `${guard.code}: `;
    return sentence(`${name}${guard.detail}`);
  });
  const wanted = group.recommended;
  if (holds.length > 0 && wanted !== undefined && group.current !== undefined && wanted !== group.current) {
    lines.push(sentence(`then ${String(group.current)} -> ${String(wanted)}: ${group.bindingReason}`));
    return lines;
  }
  const limits = group.chain
    .filter((link) => link.code !== undefined)
    .map((link) => sentence(`${link.code ?? ''}: ${link.detail}`));
  if (group.bindingReason !== '' && group.current !== undefined) lines.push(sentence(`needed: ${group.bindingReason}`));
  lines.push(...limits);
  const next = holds.length > 0 ? undefined : group.wouldChangeIf[0];
  if (next !== undefined) lines.push(sentence(`it changes if ${next.detail}`));
  return lines;
}

function changeLines(group: GroupDecision, policy: ClusterPolicy): readonly string[] {
  const lines = [`needed      ${group.bindingReason}`];
  const [first, ...more] = group.chain
    .filter((link) => link.code !== undefined && link.stage !== 'guards')
    .map((link) => link.detail);
  if (first !== undefined) lines.push(`limited by  ${[first, ...more].join('; ')}`);
  for (const victim of group.victims) {
    const about = aboutText(victim);
    lines.push(`removes     ${victim.why}${about}`);
  }
  const disks = group.guards.find((guard) => guard.code === 'disk-headroom');
  const replicas = group.guards.find((guard) => guard.code === 'replication-floor');
  if (group.action === 'scale-in' && group.role === 'backend') {
    lines.push(`after it    ${[disks?.detail, replicas?.detail].filter((text) => text !== undefined).join('; ')}`);
  }
  if (
    group.action === 'scale-in' &&
    policy.backends.find((each) => each.group === group.group)?.provisioner === undefined &&
    group.role === 'backend'
  ) {
    lines.push('then        no provisioner: stop that process by hand once its row is gone');
  }
  const fits = group.guards.find((guard) => guard.code === 'window-too-short');
  if (fits !== undefined) lines.push(`takes       ${fits.detail}`);
  return lines;
}

function aboutText({ bytes, estimatedMs }: Victim): string {
  if (estimatedMs === undefined) return '';
  const rate = bytes > 0 && estimatedMs > 0 ? ` at ${rateText(bytes / (estimatedMs / 1000))}` : '';
  return `; about ${formatDuration(estimatedMs)}${rate}`;
}

function isGuard(code: ReasonCode): code is GuardCode {
  const codes: readonly ReasonCode[] = GUARD_CODES;
  return codes.includes(code);
}

function sentence(text: string): string {
  // A name or a key stays as the operator would type it.
  const capital =
    /^(the|a|an|then|needed|it|no|nothing|about) /.test(text) || /^needed:/.test(text)
      ? text.slice(0, 1).toUpperCase() + text.slice(1)
      : text;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
