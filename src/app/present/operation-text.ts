import { formatDuration, formatLocal } from '../../decision/windows/local-time.ts';
import type { Operation } from '../../domain/operation.ts';

/** An operation for people: the answer first, then why, then what it waits for. */
export function operationText(operation: Operation, timezone: string, now: number): string {
  const local = (at: number): string => formatLocal(at, timezone, now);
  const nodes = operation.targets.map((target) => target.node ?? 'a new node').join(', ');
  const began = local(operation.startedAt ?? operation.createdAt);
  const head = [`${operation.kind} ${nodes}`, began, stateText(operation, local)].join('   ');
  const lines = [
    head,
    `  ${operation.role}/${operation.group} ${String(operation.from)} -> ${String(operation.to)}: ${operation.because}`,
    ...(operation.reason === '' ? [] : [`  ${operation.endedAt === undefined ? 'now' : 'end'}    ${operation.reason}`]),
    ...(operation.cancelRequested === undefined
      ? []
      : [`  cancel ${operation.cancelRequested.by}: ${operation.cancelRequested.reason}`]),
    ...answerLines(operation, local, now),
    `  id     ${operation.id}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What a proposal waits for, and what to type. */
function answerLines(operation: Operation, local: (at: number) => string, now: number): readonly string[] {
  const { state, approval, id } = operation;
  if (state !== 'proposed' || approval === undefined) return [];
  const { given, expiresAt } = approval;
  const until = `until ${local(expiresAt)} (in ${formatDuration(expiresAt - now)})`;
  const no = `  no     doris-autoscaler cancel ${id}`;
  if (given === undefined) return [`  yes    doris-autoscaler approve ${id}   ${until}`, no];
  const yes = `  yes    ${given.by} ${local(given.at)}: ${given.reason}; begins once nothing holds it, ${until}`;
  return [yes, no];
}

function stateText(operation: Operation, local: (at: number) => string): string {
  const { progress, endedAt } = operation;
  if (endedAt !== undefined)
    return `${operation.state} after ${formatDuration(endedAt - (operation.startedAt ?? operation.createdAt))}`;
  if (progress === undefined) return operation.state;
  const end = progress.estimatedEndAt === undefined ? '' : `   done about ${local(progress.estimatedEndAt)}`;
  return `${String(Math.floor(progress.ratio * 100))} %   ${progress.text}${end}`;
}
