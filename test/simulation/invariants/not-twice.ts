import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOwnChange, tookEffect } from './look.ts';

/** What takes a statement back, so that it may be sent again. */
const TAKEN_BACK_BY: Readonly<Partial<Record<ClusterChange['kind'], ClusterChange['kind']>>> = {
  'decommission-backend': 'cancel-decommission',
  'add-backend': 'drop-never-alive-backend',
  'add-frontend': 'drop-frontend',
  'drop-frontend': 'add-frontend',
};
const ONCE = Object.keys(TAKEN_BACK_BY);

export const notTwice: Invariant = {
  name: 'not-twice',
  says: 'what an operation has done to a node it does not do again, and a host is not cleaned once it was started',
  start(world) {
    const done = new Set<string>();
    const started = new Set<string>();
    return {
      see(event) {
        if (event.is === 'model') {
          const { event: what } = event;
          // An ADD or a DROP that its master never wrote did not happen.
          if (what.kind === 'write-lost' || what.kind === 'backend-removed' || what.kind === 'frontend-removed') {
            for (const each of done) {
              if (what.kind === 'write-lost' || (each.startsWith('add') && each.includes(what.host))) done.delete(each);
            }
          }
          if (what.kind === 'backend-changed' && what.what === 'decommissioned' && what.to === false) {
            for (const each of done) if (each.startsWith('decommission') && each.includes(what.host)) done.delete(each);
          }
          return undefined;
        }
        if (event.is === 'provisioner') {
          const target = `${event.key} ${event.host ?? ''}`;
          if (event.error !== undefined) return undefined;
          if (event.verb === 'start') started.add(target);
          if (event.verb === 'stop') started.delete(target);
          return event.verb === 'reset' && started.has(target)
            ? `the host of ${target} is cleaned after its process was started`
            : undefined;
        }
        if (!isOwnChange(event) || !tookEffect(event) || event.change.kind === 'set-config') return undefined;
        const { kind, node } = event.change;
        const id = world.openOperation()?.id ?? '';
        const name = (of: string): string => `${of} ${id} ${node}`;
        for (const [first, back] of Object.entries(TAKEN_BACK_BY)) if (back === kind) done.delete(name(first));
        if (!ONCE.includes(kind)) return undefined;
        if (done.has(name(kind))) return `carried out twice by one operation: ${event.text}`;
        done.add(name(kind));
        return undefined;
      },
      end: () => undefined,
    };
  },
};
