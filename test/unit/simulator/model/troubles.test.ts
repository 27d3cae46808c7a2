import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { endBackend, startBackend, stopBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { dropBackend, dropFrontend, setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { endFrontend, startFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import {
  hasMajority,
  masterOf,
  registeredBackends,
  registeredFrontends,
} from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { addSpare, cluster, fault, SECOND, snapshot, tablets } from './support.ts';

const TROUBLES = {
  decommission: (state, which) => withBackend(state, which, (each) => setDecommissioned(state, each, true)),
  cancel: (state, which) => withBackend(state, which, (each) => setDecommissioned(state, each, false)),
  dropp: (state, which) => withBackend(state, which, (each) => dropBackend(state, each)),
  add: (state) => void addSpare(state),
  'kill a backend': (state, which) => withBackend(state, which, endBackend),
  'stop a backend': (state, which) => withBackend(state, which, (each) => stopBackend(state, each, { graceful: true })),
  'start backends': (state) => {
    for (const each of state.backends) startBackend(state, each);
  },
  'kill a frontend': (state, which) => withFrontend(state, which, (each) => endFrontend(state, each)),
  'start frontends': (state) => {
    for (const each of state.frontends) startFrontend(state, each, undefined);
  },
  'drop a frontend': (state, which) =>
    withFrontend(state, which, (each) => {
      if (each !== masterOf(state) && hasMajority(state) && which % 5 === 0) dropFrontend(state, each);
    }),
  cut: (state, which) => {
    const nodes = [...state.backends, ...state.frontends];
    fault(state, { kind: 'partitioned-host', host: nodes[which % nodes.length]?.host ?? '', on: true });
  },
  heal: (state) => {
    for (const host of [...state.faults.partitionedHosts]) fault(state, { kind: 'partitioned-host', host, on: false });
  },
  'clones fail': (state, which) => fault(state, { kind: 'failing-clones', error: which % 2 === 0 ? 'broken' : null }),
  'a transaction': (state, which) =>
    fault(state, { kind: 'open-transaction', database: 'shop', label: 'load', on: which % 2 === 0 }),
  'full disks': (state, which) =>
    withBackend(state, which, ({ host }) =>
      fault(state, { kind: 'full-disk', host, usedRatio: which % 2 === 0 ? 0.97 : 0.1 }),
    ),
  'all disks full': (state, which) => {
    for (const { host } of state.backends) {
      fault(state, { kind: 'full-disk', host, usedRatio: which % 3 === 0 ? 0.1 : 0.96 });
    }
  },
} satisfies Record<string, (state: ClusterState, which: number) => void>;

function withBackend(
  state: ClusterState,
  which: number,
  change: (backend: ReturnType<typeof registeredBackends>[number]) => void,
): void {
  const members = registeredBackends(state);
  const chosen = members[which % members.length];
  if (chosen !== undefined) change(chosen);
}

function withFrontend(
  state: ClusterState,
  which: number,
  change: (frontend: ReturnType<typeof registeredFrontends>[number]) => void,
): void {
  const members = registeredFrontends(state);
  const chosen = members[which % members.length];
  if (chosen !== undefined) change(chosen);
}

const trouble = fc.record({
  what: fc.constantFrom(...(Object.keys(TROUBLES) as (keyof typeof TROUBLES)[])),
  which: fc.nat(20),
  thenSeconds: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 900 })),
});

const shape = fc.record({
  version: fc.constantFrom('2.1' as const, '3.0' as const, '4.0' as const),
  seed: fc.nat(1000),
  backends: fc.integer({ min: 3, max: 6 }),
  frontends: fc.constantFrom(1, 2, 3),
});

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
