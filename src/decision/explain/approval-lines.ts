import { nodesIn, planLine } from '../approval/plan.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Proposal } from '../../domain/memory.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import { nextWindow, windowAt } from '../windows/effective.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import { bytesText, countOf, countText } from './text.ts';

/** What people are asked, the answer that is wanted first, then why, what and when, then what to type. */
export function approvalLines(
  operation: Proposal['operation'],
  policy: ClusterPolicy,
  at: EpochMs,
): readonly [title: string, ...lines: string[]] {
  const { expiresAt } = operation.approval;
  const until = `${formatLocal(expiresAt, policy.windows.timezone, at)} (in ${formatDuration(expiresAt - at)})`;
  return [
    `${operation.cluster}   ${planLine({ ...operation, nodes: nodesIn(operation) })} waits for a yes until ${until}`,
    `needed  ${operation.because}`,
    ...whatLines(operation),
    `begins  ${whenText(operation, policy, at)}, if nothing holds it then`,
    `yes     doris-autoscaler approve ${operation.id}`,
    `no      doris-autoscaler cancel ${operation.id}`,
  ];
}

function whatLines({ kind, role, from, to, targets }: Proposal['operation']): readonly string[] {
  if (kind.startsWith('add-')) return [`adds    ${countOf(to - from, role)}`];
  return targets.map(({ node, bytes, tablets }) => {
    const data =
      bytes === undefined || tablets === undefined ? '' : `: ${bytesText(bytes)} in ${countText(tablets)} tablets`;
    return `removes ${node ?? ''}${data}`;
  });
}

/** Growth may be free from windows: who says yes to it is to know that it comes at once. */
function whenText({ kind }: Proposal['operation'], { windows }: ClusterPolicy, at: EpochMs): string {
  const grows = kind.startsWith('add-');
  if (windowAt(windows, at) !== undefined || (grows && windows.scaleOut === 'anytime')) return 'at the next evaluation';
  const next = nextWindow(windows, at);
  const then =
    next === undefined
      ? 'as soon as it may'
      : `in window ${next.names.join(', ')} from ${formatLocal(next.startMs, windows.timezone, at)}`;
  return grows && windows.emergency !== undefined ? `${then}, or at once in an emergency` : then;
}
