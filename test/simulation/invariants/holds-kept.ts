import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOpen } from './look.ts';

export const holdsKept: Invariant = {
  name: 'holds-kept',
  says: 'an evaluation that a guard holds begins nothing, and nothing begins unless the mode is act or a person approved',
  start(world) {
    const begun = new Set(world.operations().map(({ id }) => id));
    return {
      see(event) {
        if (event.is === 'operation') {
          const { operation } = event;
          if (begun.has(operation.id) || !isOpen(operation)) return undefined;
          begun.add(operation.id);
          const { mode } = world.policy();
          return mode === 'observe' ? `${operation.kind} ${operation.id} begins in mode observe` : undefined;
        }
        return event.is === 'record' ? heldBut(event.record) : undefined;
      },
      end: () => undefined,
    };
  },
};

function heldBut(record: DecisionRecord): string | undefined {
  for (const { role, group, action, guards } of record.groups) {
    const direction = action === 'scale-out' ? 'out' : 'in';
    const holding = guards.find(
      (guard) => guard.verdict === 'hold' && (guard.direction === 'both' || guard.direction === direction),
    );
    const admitted =
      record.operationId !== undefined && record.steps[0]?.role === role && record.steps[0].group === group;
    if (admitted && action === 'hold')
      return `record ${record.id} holds ${role}/${group} and begins ${record.operationId ?? ''}`;
    if (admitted && holding !== undefined) {
      return `record ${record.id} begins ${record.operationId ?? ''} although ${holding.code} holds: ${holding.detail}`;
    }
  }
  return undefined;
}
