import { describe, expect, it } from 'vitest';
import { clusterLoop } from '../../../src/controller/cluster-loop.ts';
import { orphanWatch } from '../../../src/controller/orphans/orphan-watch.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { clusterPolicy, groupPolicy, HOUR, MINUTE, NOW, observation } from '../../support/decision-input.ts';
import { ended, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

const HOST = '10.0.1.1';
const policyWith = (provisioner: string | undefined, group = 'default'): ClusterPolicy =>
  clusterPolicy({ backends: [{ ...groupPolicy(), provisioner, group }] });

/** An addition that has its host, as its journal tells. */
function addition(
  journal: 'names spares' | 'names none',
  steps: readonly (readonly [string, StepRecord['state']])[],
): Operation {
  const given = journal === 'names spares' ? { provisioner: 'spares' } : {};
  const at = { attempts: 1, startedAt: NOW, endedAt: NOW, detail: '' };
  return ended({
    id: 'op-1',
    kind: 'add-backend',
    state: 'failed',
    createdAt: NOW - 2 * HOUR,
    endedAt: NOW - HOUR,
    targets: [{ node: undefined, backendId: undefined, bytes: undefined, tablets: undefined }],
    steps: [
      { ...at, key: '0.acquire', state: 'done', data: { host: HOST, node: `${HOST}:9050`, ...given } },
      ...steps.map(([key, state]) => ({ ...at, key, state, data: {} })),
    ],
  });
}

/** What each of the provisioners that the policy has was asked, apart from lists. */
function asked(
  world: InMemory,
  names: readonly string[],
): { readonly calls: string[]; readonly ports: InMemory['ports'] } {
  const calls: string[] = [];
  const spares = world.ports.provisioners.get('spares');
  if (spares === undefined) throw new Error('no provisioner');
  const verb =
    (name: string, does: string): Provisioner['stop'] =>
    async ({ host }) => {
      calls.push(`${name} ${does} ${host}`);
    };
  const provisioners = names.map((name): readonly [string, Provisioner] => [
    name,
    {
      ...spares,
      name,
      reset: verb(name, 'reset'),
      start: verb(name, 'start'),
      stop: verb(name, 'stop'),
      release: verb(name, 'release'),
    },
  ]);
  world.kept.facts.set('cluster-id', '77');
  return { calls, ports: { ...world.ports, provisioners: new Map(provisioners) } };
}

type Journal = Parameters<typeof addition>[0];

interface Given {
  readonly says: string;
  readonly journal: Journal;
  readonly policy: ClusterPolicy;
  /** Of the provisioners that are configured. */
  readonly names: readonly string[];
  readonly calls: readonly string[];
}

describe('an addition that is taken up after an edit of the policy', () => {
  const takenUp = async (journal: Journal, policy: ClusterPolicy, names: readonly string[]) => {
    const world = inMemory();
    const { calls, ports } = asked(world, names);
    const open: Operation = { ...addition(journal, []), state: 'running', startedAt: NOW, endedAt: undefined };
    world.kept.operations.set('op-1', open);
    const nothing = (): void => undefined;
    const events = { evaluated: nothing, skipped: nothing, operationChanged: nothing };
    const loop = clusterLoop(ports, () => ({ policy, revision: 'r2', forcedObserve: undefined }), events);
    await loop.resume();
    // Its process never answers: it is undone.
    for (let minutes = 0; minutes < 30; minutes += 1) await world.clock.advanceBy(MINUTE);
    await loop.stop();
    return { calls, operation: world.kept.operations.get('op-1') };
  };
  const all = (name: string) => ['reset', 'start', 'stop', 'release'].map((verb) => `${name} ${verb} ${HOST}`);

  it.each<Given>([
    {
      says: 'is carried out and undone by the provisioner that gave the host, where its group has another by now',
      journal: 'names spares',
      policy: policyWith('cloud'),
      names: ['spares', 'cloud'],
      calls: all('spares'),
    },
    {
      says: 'is carried out and undone by the provisioner that gave the host, where its group is renamed',
      journal: 'names spares',
      policy: policyWith('cloud', 'hot'),
      names: ['spares', 'cloud'],
      calls: all('spares'),
    },
    {
      says: 'asks nothing of another provisioner, where the one that gave the host is not configured any more',
      journal: 'names spares',
      policy: policyWith('cloud'),
      names: ['cloud'],
      calls: [],
    },
    {
      says: 'goes on with the provisioner of its group, where the journal names none',
      journal: 'names none',
      policy: policyWith('cloud'),
      names: ['spares', 'cloud'],
      calls: all('cloud'),
    },
  ])('$says', async ({ journal, policy, names, calls }) => {
    const end = await takenUp(journal, policy, names);
    expect(end.calls).toEqual(calls);
    expect(end.operation?.state).toBe('failed');
  });

  it('says which provisioner is missing, and leaves its host to the look for what was left behind', async () => {
    const { operation } = await takenUp('names spares', policyWith('cloud'), ['cloud']);
    expect(operation?.reason).toContain('the policy has no provisioner "spares" any more');
    const release = operation?.steps.find(({ key }) => key === '0.undo-release');
    expect(release).toMatchObject({ state: 'failed' });
    expect(release?.detail).toContain('"spares"');
  });
});

describe('a host of an addition that is over', () => {
  const look = async (
    journal: Journal,
    policy: ClusterPolicy,
    names: readonly string[],
    hosts: Observation['hosts'] = {},
  ) => {
    const world = inMemory();
    const { calls, ports } = asked(world, names);
    world.kept.operations.set('op-1', addition(journal, [['0.undo-stop', 'failed']]));
    const watch = orphanWatch(ports);
    await watch.look(policy, observation(world.outside.members, policy, { at: world.clock.now(), hosts }), () => true);
    return { calls, notices: world.notices };
  };
  const both = (name: string) => ['stop', 'release'].map((verb) => `${name} ${verb} ${HOST}`);

  it.each<Given>([
    {
      says: 'is stopped and given back by the one that gave it, where its group has another by now',
      journal: 'names spares',
      policy: policyWith('cloud'),
      names: ['spares', 'cloud'],
      calls: both('spares'),
    },
    {
      says: 'is stopped and given back by the one that gave it, where its group is renamed',
      journal: 'names spares',
      policy: policyWith('cloud', 'hot'),
      names: ['spares', 'cloud'],
      calls: both('spares'),
    },
    {
      says: 'is stopped and given back by the one of its group, where the journal names none',
      journal: 'names none',
      policy: policyWith('cloud'),
      names: ['spares', 'cloud'],
      calls: both('cloud'),
    },
  ])('$says', async ({ journal, policy, names, calls }) => {
    expect((await look(journal, policy, names)).calls).toEqual(calls);
  });

  it('is only reported while its provisioner does not tell who holds it by now', async () => {
    const hosts = { spares: { known: false, reason: 'no answer within the deadline' } } as const;
    const { calls, notices } = await look('names spares', policyWith('spares'), ['spares'], hosts);
    expect(calls).toEqual([]);
    expect(notices.map(({ event }) => event)).toEqual(['orphan-found']);
  });

  it('is only reported, with the name of the one that is missing, where that is not configured any more', async () => {
    const { calls, notices } = await look('names spares', policyWith('cloud'), ['cloud']);
    expect(calls).toEqual([]);
    expect(notices.map(({ event }) => event)).toEqual(['orphan-found']);
    expect(notices[0]?.title).toContain('the policy has no provisioner "spares" any more');
  });
});
