import type { Invariant } from '../soak/invariant.ts';
import { isOpen, isOwnChange } from './look.ts';

export const oneOperation: Invariant = {
  name: 'one-operation',
  says: 'a cluster has one open operation at a time, and only it sends statements',
  start(world) {
    return {
      see(event) {
        if (event.is === 'operation') {
          const open = world.operations().filter(isOpen);
          if (open.length <= 1) return undefined;
          return `${String(open.length)} operations are open: ${open.map(({ id, kind }) => `${kind} ${id}`).join(', ')}`;
        }
        if (!isOwnChange(event)) return undefined;
        const open = world.openOperation();
        if (open === undefined) return `no operation is open, and we sent: ${event.text}`;
        const other = event.intents.find(({ operationId }) => operationId !== open.id);
        return other === undefined ? undefined : `${other.operationId} sent ${event.text} while ${open.id} is open`;
      },
      end: () => undefined,
    };
  },
};
