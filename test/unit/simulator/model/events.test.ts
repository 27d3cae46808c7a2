import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { dropBackend, setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { endFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import type { ModelEvent } from '../../../../src/simulator/model/events.ts';
import { registeredBackends, registeredFrontends } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import {
  addSpare,
  backend,
  cluster,
  complete,
  configure,
  decommission,
  HOUR,
  master,
  SECOND,
  tablets,
  wait,
} from './support.ts';
import { shape, trouble, TROUBLES } from './trouble-kinds.ts';

function observed(options: Parameters<typeof cluster>[0] = {}): {
  readonly state: ClusterState;
  readonly events: ModelEvent[];
} {
  const events: ModelEvent[] = [];
  return { state: cluster({ ...options, observe: (event) => events.push(event) }), events };
}

describe('an observer', () => {
  it('is told of nothing while nothing changes', () => {
    const { state, events } = observed();
    wait(state, 24 * HOUR);
    expect(events).toEqual([]);
  });

  it('is told why a row went: the drop daemon or DROPP', () => {
    const { state, events } = observed();
    const [drained] = decommission(state, 0);
    wait(state, HOUR);
    const dropped = backend(state, 0);
    const replicas = state.index.backends.get(dropped.row.id)?.replicas.size;
    dropBackend(state, dropped);
    const removed = events.filter(({ kind }) => kind === 'backend-removed');
    expect(removed).toMatchObject([
      { host: drained?.host, why: 'drained', replicas: 0 },
      { host: dropped.host, why: 'dropped', replicas },
    ]);
    expect(replicas).toBeGreaterThan(0);
  });

  it('is told of a drain replica by replica: the new one first, and never fewer than the partition wants', () => {
    const { state, events } = observed();
    decommission(state, 0);
    wait(state, HOUR);
    const moved = events.flatMap((event) =>
      event.kind === 'replica-added' || event.kind === 'replica-removed' ? [event] : [],
    );
    expect(moved.length).toBeGreaterThan(20);
    for (const { replicas, wanted, why } of moved) {
      expect(replicas).toBeGreaterThanOrEqual(wanted);
      expect(why).toBe('scheduler');
    }
  });

  it('is told of a new backend, of the flags of rows and of configs', () => {
    const { state, events } = observed();
    addSpare(state);
    setDecommissioned(state, backend(state, 0), true);
    setDecommissioned(state, backend(state, 0), false);
    configure(state, 'disable_balance', 'true');
    wait(state, 10 * SECOND);
    const { host } = backend(state, -1);
    const first = backend(state, 0).host;
    expect(events).toMatchObject([
      { kind: 'backend-added', host },
      { kind: 'backend-changed', host: first, what: 'decommissioned', to: true },
      { kind: 'backend-changed', host: first, what: 'decommissioned', to: false },
      { kind: 'config-set', host: master(state).host, key: 'disable_balance', value: 'true' },
      { kind: 'backend-changed', host, what: 'alive', to: true },
    ]);
  });

  it('is told of a master that dies with its configs, and of the next', () => {
    const { state, events } = observed();
    const old = master(state);
    configure(state, 'disable_balance', 'true');
    endFrontend(state, old);
    wait(state, 5 * SECOND);
    expect(events.slice(1)).toMatchObject([
      { kind: 'process-stopped', role: 'frontend', host: old.host },
      { kind: 'config-set', host: old.host, key: 'disable_balance', value: undefined },
      { kind: 'master-changed', host: undefined },
      { kind: 'master-changed', host: master(state).host },
    ]);
  });
});

/** What somebody knows who saw the beginning and has heard of everything since. */
class Hearsay {
  readonly backends: Set<string>;
  readonly frontends: Set<string>;
  readonly processes: Set<string>;
  readonly replicas: Map<string, number>;
  readonly leaving: Set<string>;
  master: string | undefined;

  constructor(state: ClusterState) {
    this.backends = new Set(registeredBackends(state).map(({ row }) => row.id));
    this.frontends = new Set(registeredFrontends(state).map(({ host }) => host));
    this.processes = new Set(running(state));
    this.replicas = replicasOf(state);
    this.leaving = new Set();
    this.master = state.masterHost;
  }

  hear(event: ModelEvent): void {
    switch (event.kind) {
      case 'backend-added':
        this.backends.add(event.backendId);
        return;
      case 'backend-removed':
        this.backends.delete(event.backendId);
        this.leaving.delete(event.backendId);
        return;
      case 'backend-changed':
        if (event.what !== 'decommissioned') return;
        if (event.to === true) this.leaving.add(event.backendId);
        else this.leaving.delete(event.backendId);
        return;
      case 'frontend-added':
        this.frontends.add(event.host);
        return;
      case 'frontend-removed':
        this.frontends.delete(event.host);
        return;
      case 'replica-added':
      case 'replica-removed': {
        const step = event.kind === 'replica-added' ? 1 : -1;
        this.replicas.set(event.tabletId, (this.replicas.get(event.tabletId) ?? 0) + step);
        return;
      }
      case 'master-changed':
        this.master = event.host;
        return;
      case 'process-started':
        this.processes.add(`${event.role} ${event.host}`);
        return;
      case 'process-stopped':
        this.processes.delete(`${event.role} ${event.host}`);
        return;
      case 'config-set':
      case 'write-lost':
    }
  }
}

function running(state: ClusterState): readonly string[] {
  const isRunning = (process: string): boolean =>
    process === 'up' || process === 'shutting-down' || process === 'own-cluster' || process === 'unknown';
  return [
    ...state.backends.filter(({ process }) => isRunning(process)).map(({ host }) => `backend ${host}`),
    ...state.frontends.filter(({ process }) => isRunning(process)).map(({ host }) => `frontend ${host}`),
  ];
}

function replicasOf(state: ClusterState): Map<string, number> {
  return new Map([...tablets(state)].map(({ tablet }) => [tablet.id, complete(tablet)]));
}

it('who hears every event knows the cluster, whatever happens to it', () => {
  fc.assert(
    fc.property(shape, fc.array(trouble, { minLength: 3, maxLength: 14 }), (options, troubles) => {
      const { state, events } = observed({ ...options, speed: 5 });
      const hearsay = new Hearsay(state);
      for (const { what, which, thenSeconds } of troubles) {
        TROUBLES[what](state, which);
        advance(state, state.nowMs + thenSeconds * SECOND);
        for (const event of events.splice(0)) hearsay.hear(event);
        const members = registeredBackends(state);
        expect(hearsay.backends).toEqual(new Set(members.map(({ row }) => row.id)));
        expect(hearsay.leaving).toEqual(
          new Set(members.filter(({ row }) => row.decommissioned).map(({ row }) => row.id)),
        );
        expect(hearsay.frontends).toEqual(new Set(registeredFrontends(state).map(({ host }) => host)));
        expect(hearsay.processes).toEqual(new Set(running(state)));
        expect(hearsay.master).toBe(state.masterHost);
        expect(hearsay.replicas).toEqual(replicasOf(state));
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
