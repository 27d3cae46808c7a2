import type { Operation, OperationState } from '../domain/operation.ts';
import { isPassed, recordOf, textIn, WHOLE } from './steps/records.ts';
import type { Kind } from './steps/step.ts';

/** How an operation ends, from what became of each target. */
export function endOf(kind: Kind, operation: Operation): { readonly state: OperationState; readonly reason: string } {
  const fates = operation.targets.map((_, index) => fateOf(kind, operation, index));
  const done = fates.filter((fate) => fate.is === 'done').length;
  const ended = fates.filter((fate) => 'reason' in fate);
  const failed = ended.find((fate) => fate.is === 'failed');
  const worst = failed ?? ended[0];
  if (worst === undefined) return { state: 'succeeded', reason: successText(kind, operation) };
  const share = done === 0 ? '' : `; ${String(done)} of ${String(fates.length)} ${verb(kind)}`;
  const restored = recordOf(operation, WHOLE, 'restore');
  const settings = restored?.state === 'failed' ? `; FE settings: ${restored.detail}` : '';
  return { state: failed === undefined ? 'cancelled' : 'failed', reason: `${worst.reason}${share}${settings}` };
}

type Fate =
  | { readonly is: 'done' }
  | { readonly is: 'failed' | 'cancelled'; readonly reason: string }
  | { readonly is: 'not-begun' };

function fateOf(kind: Kind, operation: Operation, index: number): Fate {
  const turn = recordOf(operation, index, 'turn');
  const failed = [...kind.steps, ...kind.undo]
    .map((step) => ({ title: step.title, record: recordOf(operation, index, step.key) }))
    .find(({ record }) => record?.state === 'failed');
  const failure = failed === undefined ? '' : `${failed.title}: ${failed.record?.detail ?? ''}`;
  if (turn?.state === 'done') {
    const is = turn.data['end'] === 'failed' || failed !== undefined ? 'failed' : 'cancelled';
    return { is, reason: failure === '' ? turn.detail : `${turn.detail}; ${failure}` };
  }
  if (failed !== undefined) return { is: 'failed', reason: failure };
  return kind.steps.every((step) => isPassed(recordOf(operation, index, step.key)))
    ? { is: 'done' }
    : { is: 'not-begun' };
}

function verb(kind: Kind): string {
  return kind.direction === 'out' ? 'added' : 'removed';
}

function successText(kind: Kind, operation: Operation): string {
  const nodes = operation.targets.map(
    (target, index) => target.node ?? textIn(recordOf(operation, index, 'acquire')?.data ?? {}, 'node') ?? 'a node',
  );
  const byHand = operation.targets.flatMap((_, index) => {
    const stop = recordOf(operation, index, 'stop');
    return kind.direction === 'in' && stop?.state === 'skipped' ? [stop.detail] : [];
  });
  return [`${verb(kind)} ${nodes.toSorted().join(', ')}`, ...byHand].join('; ');
}
