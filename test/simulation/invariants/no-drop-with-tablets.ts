import type { Invariant } from '../soak/invariant.ts';

export const noDropWithTablets: Invariant = {
  name: 'no-drop-with-tablets',
  says: 'DROPP is never sent to a backend that holds a tablet or was ever alive',
  start(world) {
    const firstMembers = new Set(world.state.index.members.keys());
    const everAlive = new Set<string>();
    let dropped: { readonly host: string; readonly replicas: number; readonly wasAlive: boolean } | undefined;
    return {
      see(event) {
        if (event.is === 'model') {
          const { event: what } = event;
          if (what.kind === 'backend-changed' && what.what === 'alive' && what.to === true)
            everAlive.add(what.backendId);
          if (what.kind === 'backend-removed' && what.why === 'dropped') {
            const { host, replicas, backendId } = what;
            const initial = !everAlive.has(backendId) && firstMembers.has(backendId);
            dropped = { host, replicas, wasAlive: everAlive.has(backendId) || initial };
          }
          return undefined;
        }
        if (event.is !== 'statement') return undefined;
        const gone = dropped;
        dropped = undefined;
        if (gone === undefined || event.by !== 'us') return undefined;
        if (gone.replicas > 0) return `DROPP of ${gone.host} took ${String(gone.replicas)} replicas with it`;
        return gone.wasAlive ? `DROPP of ${gone.host}, which was alive` : undefined;
      },
      end: () => undefined,
    };
  },
};
