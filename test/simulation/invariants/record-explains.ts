import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { World } from '../soak/events.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOwnChange } from './look.ts';

/** Steps whose intent may stand behind a statement, by the last part of their keys. */
const STEPS: Readonly<Record<ClusterChange['kind'], readonly string[]>> = {
  'add-backend': ['register'],
  'decommission-backend': ['decommission'],
  'cancel-decommission': ['undo-decommission'],
  'drop-never-alive-backend': ['undo-register'],
  'disable-query': ['disable-query', 'undo-query', 'back-query'],
  'disable-load': ['disable-load', 'undo-load'],
  'add-frontend': ['register'],
  'drop-frontend': ['drop', 'undo-register'],
  'set-config': ['settings'],
};

export const recordExplains: Invariant = {
  name: 'record-explains',
  says: 'each statement has its intent in the journal, and its operation the record that decided it',
  start(world) {
    const explained = new Set<string>();
    return {
      see(event) {
        if (!isOwnChange(event)) return undefined;
        const operation = world.openOperation();
        if (operation === undefined) return `no operation is open, and we sent: ${event.text}`;
        const steps = STEPS[event.change.kind];
        const hasIntent = event.intents.some(({ key }) => steps.includes(key.slice(key.indexOf('.') + 1)));
        if (!hasIntent) {
          const written = event.intents.map(({ key }) => key).join(', ') || 'none';
          return `no intent of ${steps.join(' or ')} is written (${written}), and we sent: ${event.text}`;
        }
        if (explained.has(operation.id)) return undefined;
        explained.add(operation.id);
        return unexplained(operation, world);
      },
      end: () => undefined,
    };
  },
};

function unexplained(operation: Operation, world: World): string | undefined {
  const { id, kind, group, recordId } = operation;
  const record = world.recordById(recordId);
  if (record === undefined) return `${kind} ${id} names the record ${recordId}, which is not there`;
  if (record.operationId !== id) return `record ${recordId} names ${record.operationId ?? 'no operation'}, not ${id}`;
  const [step] = record.steps;
  if (step?.kind !== kind || step.group !== group) {
    return `record ${recordId} decided ${step?.kind ?? 'nothing'}, and ${kind} of ${group} was begun`;
  }
  const nodes = operation.targets.flatMap(({ node }) => node ?? []);
  const strange = nodes.find((node) => !step.nodes.includes(node));
  return strange === undefined ? undefined : `record ${recordId} does not name ${strange}, which ${kind} takes out`;
}
