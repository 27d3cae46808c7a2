import { describe, expect, it } from 'vitest';
import { facts } from '../../../src/controller/memory/facts.ts';
import { rememberTopology } from '../../../src/controller/memory/remember.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { backend, backends, clusterPolicy, MINUTE, NOW, observation } from '../../support/decision-input.ts';
import { ended, inMemory } from './support/ports.ts';

describe('a removed backend that is there again within 10 min', () => {
  const NODE = '10.0.1.7:9050';
  const removal = ended({
    id: 'op-1',
    endedAt: NOW - 8 * MINUTE,
    targets: [{ node: NODE, backendId: '1', bytes: 1, tablets: 1 }],
  });
  const add = (node: string, begunAt: number, parts: Partial<Operation> = {}): Operation => ({
    ...ended({ id: 'op-2', kind: 'add-backend', endedAt: NOW - MINUTE }),
    createdAt: begunAt,
    startedAt: begunAt,
    targets: [{ node: undefined, backendId: undefined, bytes: undefined, tablets: undefined }],
    steps: [
      {
        key: '0.acquire',
        state: 'done',
        attempts: 1,
        startedAt: begunAt,
        endedAt: begunAt,
        detail: '',
        data: { host: node.slice(0, -5), node },
      },
    ],
    ...parts,
  });
  const open = { state: 'running', endedAt: undefined } as const;

  it.each<{ says: string; addition: Operation; events: readonly string[] }>([
    { says: 'by an addition of ours in hand is no stranger', addition: add(NODE, NOW - 4 * MINUTE, open), events: [] },
    { says: 'by one that ended is none', addition: add(NODE, NOW - 8 * MINUTE), events: [] },
    {
      says: 'while we add another node is one',
      addition: add('10.0.1.8:9050', NOW - 4 * MINUTE, open),
      events: ['node-reappeared'],
    },
    {
      says: 'after an addition of ours before its removal is one',
      addition: add(NODE, NOW - 30 * MINUTE, { endedAt: NOW - 20 * MINUTE }),
      events: ['node-reappeared'],
    },
  ])('$says', async ({ addition, events }) => {
    const world = inMemory();
    const policy = clusterPolicy();
    world.kept.facts.set('cluster-id', '77');
    world.outside.members = [...backends(6), backend(20, { host: '10.0.1.7', address: NODE })];
    for (const operation of [removal, addition]) world.kept.operations.set(operation.id, operation);
    await rememberTopology(world.ports, policy, observation(world.outside.members, policy, { at: NOW }));
    expect(world.notices.map(({ event }) => event)).toEqual(events);
    const rests = await facts(world.ports.memory, policy.name, { role: 'backend', group: 'default' }).restsUntil();
    expect(rests === undefined).toBe(events.length === 0);
  });
});
