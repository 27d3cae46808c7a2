import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import type { World } from '../soak/events.ts';
import type { Invariant } from '../soak/invariant.ts';
import { isOwnChange } from './look.ts';

/** The list of what an operation of ours may send at any time. */
function mayAlways(change: ClusterChange, world: World): boolean {
  switch (change.kind) {
    case 'cancel-decommission':
    case 'drop-never-alive-backend':
      return true;
    case 'disable-load':
    case 'disable-query':
      return !change.disabled;
    case 'set-config':
      return change.key !== 'drop_backend_after_decommission' || change.value !== 'true' || mayDrop(world);
    // The undo of an addition that never came alive.
    case 'drop-frontend':
      return world.openOperation()?.kind.startsWith('add-') === true;
    case 'add-backend':
    case 'add-frontend':
    case 'decommission-backend':
      return false;
  }
}

/** The flag that lets the FE drop may go back outside a window once nothing of ours leaves. */
function mayDrop(world: World): boolean {
  const targets = world.openOperation()?.targets ?? [];
  return [...world.state.index.members.values()].every(
    ({ host, ports, row }) =>
      !row.decommissioned || targets.every(({ node }) => node !== `${host}:${String(ports.heartbeat)}`),
  );
}

export const windowsKept: Invariant = {
  name: 'windows-kept',
  says: 'outside a window nothing is sent but what an operation may send at any time',
  start(world) {
    const growsAnytime = ({ windows }: ClusterPolicy): boolean =>
      (windows.scaleOut === 'anytime' || windows.emergency !== undefined) &&
      world.openOperation()?.kind.startsWith('add-') === true;
    return {
      see(event) {
        if (event.is === 'provisioner') {
          if (event.verb !== 'start' || event.windowOpen || growsAnytime(world.policy())) return undefined;
          return `a process is started on ${event.host ?? 'a host'} outside a window`;
        }
        if (!isOwnChange(event) || event.windowOpen) return undefined;
        if (growsAnytime(world.policy()) || mayAlways(event.change, world)) return undefined;
        return `sent outside a window: ${event.text}`;
      },
      end: () => undefined,
    };
  },
};
