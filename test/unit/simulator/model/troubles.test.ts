import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { masterOf, registeredBackends, registeredFrontends } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { cluster, fault, SECOND, snapshot, tablets } from './support.ts';
import { STALL_CAUSES } from '../../../../src/simulator/faults/stalls.ts';
import { shape, stall, trouble, TROUBLES } from './trouble-kinds.ts';

it('whatever happens, one jump ends where many small ones do, and counts equal a recount', () => {
  fc.assert(
    fc.property(
      shape,
      fc.array(trouble, { minLength: 3, maxLength: 14 }),
      fc.integer({ min: 50, max: 9973 }),
      (options, troubles, smallMs) => {
        const jumps = cluster({ ...options, speed: 5 });
        const walks = cluster({ ...options, speed: 5 });
        for (const { what, which, thenSeconds } of troubles) {
          const endMs = jumps.nowMs + thenSeconds * SECOND;
          TROUBLES[what](jumps, which);
          TROUBLES[what](walks, which);
          advance(jumps, endMs);
          while (walks.nowMs < endMs) advance(walks, Math.min(endMs, walks.nowMs + smallMs));
          expect(snapshot(walks)).toEqual(snapshot(jumps));
          examine(jumps);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

it('whatever happened, a cluster whose processes run again heals but for what was lost', () => {
  fc.assert(
    fc.property(shape, fc.array(trouble, { maxLength: 14 }), (options, troubles) => {
      const state = cluster({ ...options, speed: 5 });
      for (const { what, which, thenSeconds } of troubles) {
        TROUBLES[what](state, which);
        advance(state, state.nowMs + thenSeconds * SECOND);
      }
      heal(state);
      advance(state, state.nowMs + 2 * 3600 * SECOND);
      const members = registeredBackends(state);
      expect(members.map(({ row }) => row.alive)).toEqual(members.map(() => true));
      expect(masterOf(state)).toBeDefined();
      expect(registeredFrontends(state).map(({ row }) => row.alive)).not.toContain(false);
      expect(state.scheduler.running).toEqual([]);
      for (const { tablet, wanted } of tablets(state)) {
        const left = tablet.replicas.length;
        // All gone with DROPP, or as many as there are backends to hold them.
        if (left > 0) expect(left).toBe(Math.min(wanted, members.length));
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);

function heal(state: ClusterState): void {
  TROUBLES.heal(state);
  for (const each of registeredBackends(state)) setDecommissioned(state, each, false);
  TROUBLES['clones fail'](state, 1);
  TROUBLES['a transaction'](state, 1);
  STALL_CAUSES.forEach((_, index) => {
    stall(state, index, 'end');
  });
  TROUBLES['hosts are back'](state);
  for (const held of state.index.backends.values()) held.leaky = 0;
  for (const each of registeredBackends(state)) {
    fault(state, { kind: 'compute-node', host: each.host, on: false });
    fault(state, { kind: 'filling-disk', host: each.host, bytesPerHour: 0 });
  }
  for (const { host } of state.backends) fault(state, { kind: 'full-disk', host, usedRatio: 0.1 });
  advance(state, state.nowMs + 200 * SECOND);
  TROUBLES['start frontends'](state);
  TROUBLES['start backends'](state);
}

function examine(state: ClusterState): void {
  const held = new Map<string, number>();
  for (const { tablet } of tablets(state)) {
    for (const { backendId } of tablet.replicas) held.set(backendId, (held.get(backendId) ?? 0) + 1);
  }
  const counted = registeredBackends(state).map(({ row }) => [
    row.id,
    state.index.backends.get(row.id)?.replicas.size ?? 0,
  ]);
  expect(counted).toEqual(registeredBackends(state).map(({ row }) => [row.id, held.get(row.id) ?? 0]));
  const master = masterOf(state);
  if (master !== undefined) expect(master.process).toBe('up');
}
