import type { Invariant } from '../soak/invariant.ts';
import type { FrontendState } from '../../../src/simulator/model/state.ts';
import type { World } from '../soak/events.ts';
import { hostOf, isOwnChange } from './look.ts';

/** A majority must be there right after each of our statements; a number of followers that is even is on its way. */
export const quorumKept: Invariant = {
  name: 'quorum-kept',
  says: 'we never drop the master, never leave a minority alive, and leave no even number of followers at rest',
  start(world) {
    /** Others changed followers, or found an even number already. */
    let even = isEven(followers(world).length);
    let begun = 0;
    return {
      see(event) {
        if (event.is === 'statement' && event.by === 'hand' && /FOLLOWER/i.test(event.text)) even = true;
        if (event.is === 'operation' && event.operation.role === 'follower') {
          const { operation } = event;
          if (operation.steps.length === 0 && operation.endedAt === undefined) begun = followers(world).length;
          if (operation.endedAt === undefined || operation.state !== 'succeeded') return undefined;
          const rest = followers(world).length;
          if (even || !isEven(rest) || isEven(begun)) return undefined;
          return `${operation.kind} succeeded and leaves ${String(rest)} followers`;
        }
        if (!isOwnChange(event) || event.outcome !== 'ok') return undefined;
        const { change } = event;
        if (change.kind !== 'drop-frontend' && change.kind !== 'add-frontend') return undefined;
        if (change.kind === 'drop-frontend' && world.state.masterHost === hostOf(change.node)) {
          return `the master ${change.node} was dropped`;
        }
        if (change.role !== 'FOLLOWER') return undefined;
        const all = followers(world);
        // As the master knows it: that is what could be looked at. The new one asks its helper until it is registered.
        const alive = all.filter(({ host, row, process }) =>
          host === hostOf(change.node) ? process !== 'down' : row?.alive === true,
        ).length;
        if (alive * 2 > all.length) return undefined;
        return `${String(alive)} of ${String(all.length)} followers are alive after: ${event.text}`;
      },
      end: () => undefined,
    };
  },
};

function followers(world: World): readonly FrontendState[] {
  return world.state.frontends.filter(({ row }) => row?.role === 'FOLLOWER');
}

function isEven(count: number): boolean {
  return count % 2 === 0;
}
