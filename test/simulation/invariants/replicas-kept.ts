import type { Invariant } from '../soak/invariant.ts';
import { addressOf, isOwnChange, tookEffect } from './look.ts';

/**
 * What a drain of ours takes away it has put elsewhere before. What each tablet had when the drain began is the bound;
 * deaths, faults and people lower it, for that is what would have been without us.
 */
export const replicasKept: Invariant = {
  name: 'replicas-kept',
  says: 'no tablet has fewer replicas than it would have without us',
  start(world) {
    /** Finished replicas of each tablet, when the first backend of ours began to leave. */
    const bounds = new Map<string, number>();
    /** Backends that we drain, or have dropped. */
    const ours = new Set<string>();
    /** What a DROPP took with it: whose it was the statement tells that comes next. */
    let dropped: { readonly host: string; readonly replicas: number } | undefined;
    const take = (): void => {
      bounds.clear();
      for (const [tabletId, { tablet }] of world.state.index.places) {
        bounds.set(tabletId, tablet.replicas.filter(({ state }) => state !== 'CLONE').length);
      }
    };
    const idOf = (address: string): string | undefined => {
      for (const [id, backend] of world.state.index.members) if (addressOf(backend) === address) return id;
      return undefined;
    };
    return {
      see(event) {
        if (event.is === 'statement') {
          const lost = dropped;
          dropped = undefined;
          if (event.by === 'us' && lost !== undefined && lost.replicas > 0) {
            return `we dropped ${lost.host}, and ${String(lost.replicas)} replicas went with it: ${event.text}`;
          }
        }
        if (isOwnChange(event) && tookEffect(event)) {
          const { change } = event;
          if (change.kind === 'decommission-backend') {
            const id = idOf(change.node);
            if (ours.size === 0) take();
            if (id !== undefined) ours.add(id);
          }
          if (change.kind === 'cancel-decommission') {
            const id = idOf(change.node);
            if (id !== undefined) ours.delete(id);
          }
          return undefined;
        }
        if (event.is !== 'model') return undefined;
        const { event: what } = event;
        if (what.kind === 'backend-removed') {
          const { backendId, replicas, host, why } = what;
          const own = ours.delete(backendId);
          if (why === 'dropped') dropped = { host, replicas };
          if (own && why === 'drained' && replicas > 0) {
            return `the FE dropped ${host} that we drained, and ${String(replicas)} replicas went with it`;
          }
          return undefined;
        }
        if (what.kind !== 'replica-removed' || ours.size === 0) return undefined;
        const bound = bounds.get(what.tabletId);
        if (bound === undefined) return undefined;
        const least = Math.min(bound, what.wanted);
        if (what.replicas >= least) return undefined;
        // Of a dead one the FE deletes the entry where it needs room, whoever decommissioned it: no copy is lost with it.
        const isDead = world.state.index.members.get(what.backendId)?.row.alive !== true;
        if (!ours.has(what.backendId) || what.why === 'backend-removed' || isDead) {
          bounds.set(what.tabletId, what.replicas);
          return undefined;
        }
        return `tablet ${what.tabletId} has ${String(what.replicas)} replicas after its one on backend ${what.backendId}, which we drain, was deleted; it had ${String(bound)} and wants ${String(what.wanted)}`;
      },
      end: () => undefined,
    };
  },
};
