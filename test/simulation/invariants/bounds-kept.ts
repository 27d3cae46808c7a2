import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import { registeredBackends } from '../../../src/simulator/model/queries.ts';
import type { World, WorldEvent } from '../soak/events.ts';
import type { Invariant } from '../soak/invariant.ts';
import { addressOf, isOwnChange, staying, tookEffect } from './look.ts';

/** What people did within this time may not have been seen yet. */
const SEEN_AFTER_MS = 90_000;

/** After the statement, by the bounds that hold now or held when its operation was admitted. */
export const boundsKept: Invariant = {
  name: 'bounds-kept',
  says: 'we take no group below min and none above max',
  start(world) {
    let handsAtMs = -Infinity;
    let policies: readonly ClusterPolicy[] = [world.policy()];
    const told = (event: WorldEvent): void => {
      if (event.is === 'statement' && event.by === 'hand') handsAtMs = event.atMs;
      if (event.is === 'policy') policies = [...policies, event.policy];
      if (event.is === 'operation' && world.openOperation() === undefined) policies = [world.policy()];
    };
    return {
      see(event) {
        told(event);
        if (!isOwnChange(event) || !tookEffect(event) || event.atMs - handsAtMs < SEEN_AFTER_MS) return undefined;
        const { change } = event;
        if (change.kind !== 'decommission-backend' && change.kind !== 'add-backend') {
          return change.kind === 'add-frontend' || change.kind === 'drop-frontend'
            ? observersKept(world, policies, change.kind === 'add-frontend', change.role)
            : undefined;
        }
        const group = change.kind === 'add-backend' ? change.group : groupOf(world, change.node);
        const count = staying(world, group).length;
        if (policies.every(({ backends }) => backends.every((each) => each.group !== group)))
          return `no policy names the group ${group}: ${event.text}`;
        const bounds = policies.flatMap(({ backends }) => backends.filter((each) => each.group === group));
        const least = Math.min(...bounds.map(({ min }) => min));
        const most = Math.max(...bounds.map(({ max }) => max));
        if (change.kind === 'decommission-backend' && count < least) {
          return `${String(count)} backends stay in ${group}, min is ${String(least)}: ${event.text}`;
        }
        if (change.kind === 'add-backend' && count > most) {
          return `${String(count)} backends are in ${group}, max is ${String(most)}: ${event.text}`;
        }
        return undefined;
      },
      end: () => undefined,
    };
  },
};

function groupOf({ state }: World, address: string): string {
  const backend = registeredBackends(state).find((each) => addressOf(each) === address);
  return backend?.row.tags['location'] ?? 'default';
}

function observersKept(
  world: World,
  policies: readonly ClusterPolicy[],
  added: boolean,
  role: 'OBSERVER' | 'FOLLOWER',
): string | undefined {
  if (role === 'FOLLOWER') return undefined;
  const count = world.state.frontends.filter(({ row }) => row?.role === 'OBSERVER').length;
  const bounds = policies.flatMap(({ frontend }) => (frontend === undefined ? [] : [frontend.observers]));
  if (bounds.length === 0) return 'the policy names no frontends, and an observer was changed';
  const least = Math.min(...bounds.map(({ min }) => min));
  const most = Math.max(...bounds.map(({ max }) => max));
  if (added && count > most) return `${String(count)} observers, max is ${String(most)}`;
  if (!added && count < least) return `${String(count)} observers, min is ${String(least)}`;
  return undefined;
}
