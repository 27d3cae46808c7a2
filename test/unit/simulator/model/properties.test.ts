import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { setDecommissioned, setDisabled } from '../../../../src/simulator/model/changes.ts';
import { decommissionRefusal, registeredBackends, tabletNum } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import {
  addSpare,
  cluster,
  complete,
  configure,
  decommission,
  fault,
  SECOND,
  snapshot,
  tablets,
  wait,
} from './support.ts';

type Step =
  | { readonly what: 'wait'; readonly seconds: number }
  | { readonly what: 'decommission' | 'cancel' | 'disable-load' | 'enable-load' | 'queries'; readonly which: number }
  | { readonly what: 'add' }
  | { readonly what: 'slots'; readonly slots: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 90 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('decommission', 'cancel', 'disable-load', 'enable-load', 'queries'),
      which: fc.nat(7),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('add' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('slots' as const), slots: fc.constantFrom(1, 2, 4, 8, 64) }) },
);

const shape = fc.record({
  version: fc.constantFrom('2.1' as const, '3.0' as const, '4.0' as const),
  seed: fc.nat(1000),
  backends: fc.integer({ min: 3, max: 7 }),
  speed: fc.constantFrom(1, 7, 60),
});

function perform(state: ClusterState, action: Step): void {
  const members = registeredBackends(state);
  switch (action.what) {
    case 'wait':
      wait(state, action.seconds * SECOND);
      return;
    case 'add':
      addSpare(state);
      return;
    case 'slots':
      configure(state, 'schedule_slot_num_per_hdd_path', String(action.slots));
      return;
    case 'decommission': {
      const victim = members[action.which % members.length];
      // What an FE that checks would refuse.
      if (victim !== undefined && decommissionRefusal(state, [victim.row.id]) === undefined) {
        setDecommissioned(state, victim, true);
      }
      return;
    }
    case 'cancel':
    case 'disable-load':
    case 'enable-load': {
      const which = members[action.which % members.length];
      if (which === undefined) return;
      if (action.what === 'cancel') setDecommissioned(state, which, false);
      else setDisabled(state, which, 'load', action.what === 'disable-load');
      return;
    }
    case 'queries': {
      const host = members[action.which % members.length]?.host ?? '';
      fault(state, { kind: 'running-queries', host, queries: action.which });
    }
  }
}

/** Throws when something is not as it must always be. */
function examine(state: ClusterState): void {
  const held = new Map<string, number>();
  const bytes = new Map<string, number>();
  for (const { tablet, wanted } of tablets(state)) {
    expect(complete(tablet)).toBeGreaterThanOrEqual(wanted);
    const hosts = tablet.replicas.map(
      ({ backendId }) => registeredBackends(state).find(({ row }) => row.id === backendId)?.host,
    );
    expect(new Set(hosts).size).toBe(tablet.replicas.length);
    expect(hosts).not.toContain(undefined);
    for (const replica of tablet.replicas) {
      held.set(replica.backendId, (held.get(replica.backendId) ?? 0) + 1);
      const disk = `${replica.backendId} ${String(replica.diskIndex)}`;
      if (replica.state !== 'CLONE') bytes.set(disk, (bytes.get(disk) ?? 0) + tablet.bytes);
    }
  }
  for (const { row, disks } of registeredBackends(state)) {
    expect(tabletNum(state, row.id)).toBe(held.get(row.id) ?? 0);
    disks.forEach((_, index) => {
      const counted = state.index.backends.get(row.id)?.bytesByDisk[index] ?? 0;
      expect(counted).toBe(bytes.get(`${row.id} ${String(index)}`) ?? 0);
    });
  }
  for (const { pathHash } of registeredBackends(state).flatMap(({ disks }) => disks)) {
    const { running } = state.scheduler;
    const taken = running.filter((task) => task.sourcePathHash === pathHash || task.targetPathHash === pathHash).length;
    const { repair = 0, balance = 0 } = state.scheduler.slots.get(pathHash) ?? {};
    expect(repair + balance).toBe(taken);
  }
  expect([...state.scheduler.tasks.keys()].toSorted()).toEqual(
    [...state.scheduler.pending, ...state.scheduler.running].map(({ tabletId }) => tabletId).toSorted(),
  );
}

/** Two drained backends go in one round of the drop daemon, beside a third that never came alive. */
const DROPPED_BESIDE_A_DEAD_ONE: [typeof shape extends fc.Arbitrary<infer T> ? T : never, Step[]] = [
  { version: '2.1', seed: 0, backends: 5, speed: 1 },
  [
    { what: 'decommission', which: 0 },
    { what: 'wait', seconds: 78 },
    { what: 'add' },
    { what: 'decommission', which: 5 },
    { what: 'wait', seconds: 10 },
    { what: 'add' },
    { what: 'wait', seconds: 90 },
  ],
];

describe('through any decommissions, cancels and adds', { timeout: 60_000 }, () => {
  it('every tablet keeps its replicas, on distinct hosts, and all counts equal a recount', () => {
    fc.assert(
      fc.property(shape, fc.array(step, { minLength: 5, maxLength: 25 }), (options, steps) => {
        const state = cluster({ ...options, spareBackends: 2 });
        for (const each of steps) {
          perform(state, each);
          examine(state);
        }
      }),
      { numRuns: 40, examples: [DROPPED_BESIDE_A_DEAD_ONE] },
    );
  });

  it('one jump ends where many small ones do', () => {
    fc.assert(
      fc.property(
        shape,
        fc.array(step, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 9973 }),
        (options, steps, smallMs) => {
          const jumps = cluster({ ...options, spareBackends: 2 });
          const walks = cluster({ ...options, spareBackends: 2 });
          for (const each of steps) {
            perform(jumps, each);
            if (each.what === 'wait') {
              const endMs = walks.nowMs + each.seconds * SECOND;
              while (walks.nowMs < endMs) advance(walks, Math.min(endMs, walks.nowMs + smallMs));
            } else perform(walks, each);
            expect(snapshot(walks)).toEqual(snapshot(jumps));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('the same seed and steps make the same run', () => {
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 15 }), (options, steps) => {
        const [one, two] = [cluster(options), cluster(options)];
        for (const each of steps) {
          perform(one, each);
          perform(two, each);
        }
        expect(snapshot(one)).toEqual(snapshot(two));
      }),
      { numRuns: 20 },
    );
  });

  it('all drains end and loads even out, once nothing more happens', () => {
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 15 }), (options, steps) => {
        const state = cluster({ ...options, spareBackends: 2 });
        for (const each of steps) perform(state, each);
        for (const each of registeredBackends(state)) setDisabled(state, each, 'load', false);
        configure(state, 'schedule_slot_num_per_hdd_path', '4');
        wait(state, 3 * 3600 * SECOND);
        examine(state);
        expect(state.scheduler.tasks.size).toBe(0);
        expect(registeredBackends(state).filter(({ row }) => row.decommissioned)).toEqual([]);
        const counts = registeredBackends(state).map(({ row }) => tabletNum(state, row.id));
        expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.6);
      }),
      { numRuns: 30 },
    );
  });
});

it('another seed makes another run', () => {
  const [one, two] = [cluster({ seed: 1 }), cluster({ seed: 2 })];
  for (const state of [one, two]) {
    decommission(state, -1);
    wait(state, 40 * SECOND);
  }
  expect(snapshot(one)).not.toEqual(snapshot(two));
});
