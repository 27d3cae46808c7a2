import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DorisVersion, SimulatedCluster, SqlAnswer, SqlSession } from '../../../../src/simulator/cluster.ts';
import { clusterOf } from '../../../../src/simulator/create-cluster.ts';
import type { ModelEvent } from '../../../../src/simulator/model/events.ts';
import { registeredBackends, registeredFrontends } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { cluster, SECOND, START_MS } from '../model/support.ts';

const OTHERS = ['127.0.0.3', '127.0.0.4'] as const;
const MASTER = '127.0.0.2';

interface Scene {
  readonly state: ClusterState;
  readonly simulated: SimulatedCluster;
  readonly session: SqlSession;
  readonly events: ModelEvent[];
}

/** A master that has just lost both other followers. */
function withoutMajority(version: DorisVersion = '4.0'): Scene {
  const events: ModelEvent[] = [];
  const state = cluster({ version, observe: (event) => events.push(event) });
  const simulated = clusterOf(state);
  const session = simulated.openSession(MASTER, 'root', '127.0.0.1', 1, START_MS);
  for (const host of OTHERS) simulated.killFrontend(host, START_MS);
  return { state, simulated, session, events };
}

/** The master dies with what waited, and the others come back without it. */
function failOver({ simulated }: Scene, atMs: number): void {
  simulated.killFrontend(MASTER, atMs);
  for (const host of OTHERS) simulated.startFrontend(host, undefined, atMs);
  simulated.advanceTo(atMs + 60 * SECOND);
}

/** Members, flags and who holds what. */
function nodes(state: ClusterState): unknown {
  return {
    backends: registeredBackends(state).map(({ host, row }) => ({
      host,
      id: row.id,
      tags: row.tags,
      flags: [row.decommissioned, row.queryDisabled, row.loadDisabled],
      tablets: [...(state.index.backends.get(row.id)?.replicas.keys() ?? [])].toSorted(),
    })),
    frontends: registeredFrontends(state).map(({ host, row }) => [host, row.name, row.role]),
  };
}

const STATEMENTS = [
  'ALTER SYSTEM ADD BACKEND "10.0.0.9:9050"',
  'ALTER SYSTEM DECOMMISSION BACKEND "127.0.0.21:9050"',
  'CANCEL DECOMMISSION BACKEND "127.0.0.21:9050"',
  'ALTER SYSTEM DROPP BACKEND "127.0.0.22:9050"',
  'ALTER SYSTEM DROPP BACKEND "10.0.0.9:9050"',
  'ALTER SYSTEM MODIFY BACKEND "127.0.0.23:9050" SET ("disable_query" = "true")',
  'ALTER SYSTEM MODIFY BACKEND "127.0.0.23:9050" SET ("disable_load" = "true")',
  'ALTER SYSTEM MODIFY BACKEND "127.0.0.24:9050" SET ("tag.location" = "cold")',
  'ALTER SYSTEM ADD OBSERVER "10.0.0.8:9010"',
  'ALTER SYSTEM DROP OBSERVER "10.0.0.8:9010"',
  'ALTER SYSTEM DROP FOLLOWER "127.0.0.4:9010"',
] as const;

describe('a write without a majority', () => {
  it.each(['3.0', '4.0'] as const)('is visible at once in %s, and undone when its master dies', (version) => {
    const scene = withoutMajority(version);
    const { state, simulated, session, events } = scene;
    const before = nodes(state);
    const answer = simulated.execute(session, STATEMENTS[0], START_MS);
    expect([answer.kind, registeredBackends(state).length]).toEqual(['pending', 5]);
    failOver(scene, START_MS + 20 * SECOND);
    expect(nodes(state)).toEqual(before);
    expect(poll(answer, START_MS + 90 * SECOND)?.kind).toBe('close');
    expect(events).toContainEqual(expect.objectContaining({ kind: 'write-lost', text: STATEMENTS[0] }));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'backend-removed', why: 'undone' }));
  });

  it.each(['3.0', '4.0'] as const)('stays in %s when a follower is back before its master dies', (version) => {
    const scene = withoutMajority(version);
    const { state, simulated, session, events } = scene;
    const answer = simulated.execute(session, STATEMENTS[0], START_MS);
    simulated.startFrontend(OTHERS[0], undefined, START_MS + 5 * SECOND);
    expect(poll(answer, START_MS + 60 * SECOND)).toEqual({ kind: 'ok' });
    failOver(scene, START_MS + 70 * SECOND);
    expect(registeredBackends(state)).toHaveLength(5);
    expect(events).not.toContainEqual(expect.objectContaining({ kind: 'write-lost' }));
  });

  it('was never visible in 2.1', () => {
    const scene = withoutMajority('2.1');
    const { state, simulated, session } = scene;
    const before = nodes(state);
    simulated.execute(session, STATEMENTS[0], START_MS);
    expect(nodes(state)).toEqual(before);
    failOver(scene, START_MS + 20 * SECOND);
    expect(nodes(state)).toEqual(before);
  });

  it('whatever they are, all that waited is undone, and who heard of everything knows it', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...STATEMENTS], { minLength: 1 }), (statements) => {
        const scene = withoutMajority();
        const { state, simulated, session, events } = scene;
        const before = nodes(state);
        const members = new Set(registeredBackends(state).map(({ row }) => row.id));
        statements.forEach((text, index) => simulated.execute(session, text, START_MS + index));
        failOver(scene, START_MS + SECOND);
        expect(nodes(state)).toEqual(before);
        for (const event of events) {
          if (event.kind === 'backend-added') members.add(event.backendId);
          if (event.kind === 'backend-removed') members.delete(event.backendId);
        }
        expect(members).toEqual(new Set(registeredBackends(state).map(({ row }) => row.id)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a node operation over HTTP without a majority', () => {
  const request = {
    method: 'POST',
    path: '/rest/v2/manager/node/DECOMMISSION/be',
    query: new URLSearchParams(),
    authorization: undefined,
    body: JSON.stringify({ hostPorts: ['127.0.0.21:9050'] }),
  };

  it('has no answer, its effect visible already, and the answer when a follower is back', () => {
    const { state, simulated } = withoutMajority();
    const { later } = simulated.http(MASTER, request, START_MS);
    expect(state.backends[0]?.row?.decommissioned).toBe(true);
    expect(later?.(START_MS + 30 * SECOND)).toBeUndefined();
    simulated.startFrontend(OTHERS[0], undefined, START_MS + 30 * SECOND);
    expect(later?.(START_MS + 60 * SECOND)).toMatchObject({
      status: 200,
      body: expect.stringContaining('"code":0') as string,
    });
  });

  it('is undone when its master dies, and its caller is told of an error', () => {
    const scene = withoutMajority();
    const { later } = scene.simulated.http(MASTER, request, START_MS);
    failOver(scene, START_MS + 5 * SECOND);
    expect(scene.state.backends[0]?.row?.decommissioned).toBe(false);
    expect(later?.(START_MS + 90 * SECOND)?.body).toContain('"code":1');
  });

  it('is answered at once with one', () => {
    const state = cluster();
    const reply = clusterOf(state).http(MASTER, request, START_MS);
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(reply.later).toBeUndefined();
    expect(state.backends[0]?.row?.decommissioned).toBe(true);
  });
});

function poll(answer: SqlAnswer, atMs: number): SqlAnswer | undefined {
  return answer.kind === 'pending' ? answer.poll(atMs) : answer;
}
