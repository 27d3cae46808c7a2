import { describe, expect, it } from 'vitest';
import { orphanWatch } from '../../../src/controller/orphans/orphan-watch.ts';
import type { ProvisionedHost } from '../../../src/domain/host.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { OperationState, StepRecord } from '../../../src/domain/operation.ts';
import { clusterPolicy, groupPolicy, HOUR, hosts, NOW, observation } from '../../support/decision-input.ts';
import { ended, inMemory, type InMemory } from './support/ports.ts';

/** The group had hosts of `cloud` before; by now it names another provisioner. */
const policy = clusterPolicy({ backends: [groupPolicy({ provisioner: 'spares' })] });
const HELD: ProvisionedHost = { host: '10.0.1.7', address: '10.0.1.7:9050', state: 'leased', heldBy: 'op-1.0' };
const STOPPED = ['list', 'stop 10.0.1.7 op-1.0', 'release 10.0.1.7 op-1.0'];

function step(key: string, state: StepRecord['state'], data: StepRecord['data'] = {}): StepRecord {
  return { key, state, attempts: 1, startedAt: NOW - HOUR, endedAt: NOW - HOUR, detail: '', data };
}

/** An addition whose acquire was never answered, of that provisioner. */
function asked(provisioner: string, state: OperationState = 'failed') {
  return ended({
    id: 'op-1',
    kind: 'add-backend',
    state,
    createdAt: NOW - 2 * HOUR,
    endedAt: NOW - HOUR,
    targets: [{ node: undefined, backendId: undefined, bytes: undefined, tablets: undefined }],
    steps: [step('0.acquire', 'failed', { provisioner })],
  });
}

/** What `cloud` was asked, in its order. */
async function look(
  world: InMemory,
  { lists = async () => [HELD], named }: { lists?: () => Promise<readonly ProvisionedHost[]>; named?: object } = {},
): Promise<readonly string[]> {
  const calls: string[] = [];
  const spares = world.ports.provisioners.get('spares');
  if (spares === undefined) throw new Error('no provisioner');
  const cloud: typeof spares = {
    ...spares,
    name: 'cloud',
    list: async () => {
      calls.push('list');
      return { provisioner: 'cloud', hosts: await lists() };
    },
    stop: async ({ host, key }) => void calls.push(`stop ${host} ${key}`),
    release: async ({ host, key }) => void calls.push(`release ${host} ${key}`),
  };
  const provisioners = new Map([...world.ports.provisioners, ['cloud', cloud]]);
  const inventories: Observation['hosts'] = { ...hosts(world.outside.members, 8), ...named };
  world.kept.facts.set('cluster-id', '77');
  const seen = observation(world.outside.members, policy, { at: NOW, hosts: inventories });
  await orphanWatch({ ...world.ports, provisioners }).look(policy, seen, () => true);
  return calls;
}

const worldWith = (operation: ReturnType<typeof asked>, begun?: string): InMemory => {
  const world = inMemory();
  world.kept.operations.set(operation.id, operation);
  if (begun !== undefined) world.kept.facts.set('orphans/begun', JSON.stringify([begun]));
  return world;
};

describe('hosts of a provisioner that no group names any more', () => {
  it('one that is held for an addition of ours that came to nothing is stopped and given back', async () => {
    expect(await look(worldWith(asked('cloud')))).toEqual(STOPPED);
  });

  it('so it is after a try that was not answered, as long as it is held for that very key', async () => {
    expect(await look(worldWith(asked('cloud'), 'op-1.0'))).toEqual(STOPPED);
    const others = async () => [{ ...HELD, heldBy: 'another-cluster.0' }];
    expect(await look(worldWith(asked('cloud'), 'op-1.0'), { lists: others })).toEqual(['list']);
  });

  it('one that served since is told of', async () => {
    const world = worldWith(asked('cloud', 'succeeded'));
    expect(await look(world)).toEqual(['list']);
    expect(world.notices.map(({ event }) => event)).toEqual(['orphan-found']);
  });

  it('nothing is said while its list cannot be read', async () => {
    const world = worldWith(asked('cloud'));
    await look(world, { lists: () => Promise.reject(new Error('exit 1')) });
    expect(world.notices).toEqual([]);
  });

  it('one that was listed already is not asked again', async () => {
    const named = { cloud: { known: true, value: { provisioner: 'cloud', hosts: [] } } };
    expect(await look(worldWith(asked('cloud')), { named })).toEqual([]);
  });

  it('one that this cluster never asked for a host is not asked for its list', async () => {
    expect(await look(worldWith(asked('spares')))).toEqual([]);
  });
});
