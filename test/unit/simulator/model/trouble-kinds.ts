import fc from 'fast-check';
import { FaultError } from '../../../../src/simulator/faults/fault.ts';
import { STALL_CAUSES, stallFaults } from '../../../../src/simulator/faults/stalls.ts';
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
import { addSpare, fault } from './support.ts';

/* What may happen to a cluster, for properties that must hold whatever does. */

export const TROUBLES = {
  decommission: (state, which) => withBackend(state, which, (each) => setDecommissioned(state, each, true)),
  cancel: (state, which) => withBackend(state, which, (each) => setDecommissioned(state, each, false)),
  dropp: (state, which) => withBackend(state, which, (each) => dropBackend(state, each)),
  add: (state) => void addSpare(state),
  'kill a backend': (state, which) => withBackend(state, which, (each) => endBackend(state, each)),
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
  'a cause of a stuck drain': (state, which) => {
    stall(state, which, which % 3 === 0 ? 'end' : 'begin');
  },
  'disks fill': (state, which) =>
    withBackend(state, which, ({ host }) =>
      fault(state, { kind: 'filling-disk', host, bytesPerHour: which % 2 === 0 ? 2 ** 42 : 0 }),
    ),
  'a host dies': (state, which) =>
    withBackend(state, which, ({ host }) => fault(state, { kind: 'dead-host', host, on: true })),
  'hosts are back': (state) => {
    for (const host of [...state.faults.deadHosts]) fault(state, { kind: 'dead-host', host, on: false });
  },
} satisfies Record<string, (state: ClusterState, which: number) => void>;

/** Every cause has its turn; `large-tablet` only where the backend holds one of the table. */
export function stall(state: ClusterState, which: number, what: 'begin' | 'end'): void {
  const cause = STALL_CAUSES[which % STALL_CAUSES.length];
  const [leaving, other] = registeredBackends(state);
  if (cause === undefined || leaving === undefined || other === undefined) return;
  const place = { leaving: leaving.host, other: other.host, database: 'shop', table: 'orders' };
  for (const each of stallFaults(cause, place)[what]) {
    try {
      fault(state, each);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
    }
  }
}

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

export const trouble = fc.record({
  what: fc.constantFrom(...(Object.keys(TROUBLES) as (keyof typeof TROUBLES)[])),
  which: fc.nat(20),
  thenSeconds: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 900 })),
});

export const shape = fc.record({
  version: fc.constantFrom('2.1' as const, '3.0' as const, '4.0' as const),
  seed: fc.nat(1000),
  backends: fc.integer({ min: 3, max: 6 }),
  frontends: fc.constantFrom(1, 2, 3),
});
