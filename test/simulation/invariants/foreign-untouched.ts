import type { Invariant } from '../soak/invariant.ts';
import { hostOf, isOwnChange, nodeOfChange, nodesOf, tookEffect } from './look.ts';

export const foreignUntouched: Invariant = {
  name: 'foreign-untouched',
  says: 'only nodes of the open operation are changed, and what people began is neither stopped nor dropped',
  start(world) {
    /** Who began what: a decommission or a row, by host. */
    const leavingBy = new Map<string, 'us' | 'hand'>();
    const addedBy = new Map<string, 'us' | 'hand'>();
    let changes: readonly { readonly host: string; readonly what: 'leaving' | 'added' }[] = [];
    return {
      see(event) {
        if (event.is === 'model') {
          const { event: what } = event;
          if (what.kind === 'backend-added') changes = [...changes, { host: what.host, what: 'added' }];
          if (what.kind === 'frontend-added') changes = [...changes, { host: what.host, what: 'added' }];
          if (what.kind === 'backend-changed' && what.what === 'decommissioned' && what.to === true) {
            changes = [...changes, { host: what.host, what: 'leaving' }];
          }
          return undefined;
        }
        if (event.is !== 'statement') return undefined;
        for (const { host, what } of changes) (what === 'added' ? addedBy : leavingBy).set(host, event.by);
        changes = [];
        if (!isOwnChange(event)) return undefined;
        const node = nodeOfChange(event.change);
        if (node === undefined) return undefined;
        const operation = world.openOperation();
        if (operation === undefined || !nodesOf(operation).includes(node)) {
          return `${node} is no node of ${operation?.kind ?? 'an operation'}: ${event.text}`;
        }
        if (!tookEffect(event)) return undefined;
        const host = hostOf(node);
        if (event.change.kind === 'cancel-decommission' && leavingBy.get(host) === 'hand') {
          return `the decommission of ${node} was begun by a person: ${event.text}`;
        }
        const drops = event.change.kind === 'drop-never-alive-backend';
        return drops && addedBy.get(host) !== 'us' ? `${node} was not added by us: ${event.text}` : undefined;
      },
      end: () => undefined,
    };
  },
};
