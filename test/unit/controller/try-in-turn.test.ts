import { describe, expect, it } from 'vitest';
import {
  backend,
  backends,
  clusterPolicy,
  frontend,
  frontendPolicy,
  groupPolicy,
  topology,
  walk,
} from '../../support/decision-input.ts';
import { evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

const reports = [0, 1, 2, 3, 4, 5].map((index) => backend(10 + index, { group: 'reports' }));
const two = [groupPolicy(), groupPolicy({ group: 'reports' })];

/** A table of tag default has a replica on each of its backends: none of them may ever go. */
function refusing(): InMemory {
  const world = inMemory();
  world.outside.members = [...backends(6), ...reports];
  world.outside.walk = async () =>
    walk({
      at: world.clock.now(),
      replication: {
        known: true,
        value: [
          { group: 'default', replicas: 6, table: 'shop.dim' },
          { group: 'reports', replicas: 3, table: 'shop.events' },
        ],
      },
    });
  return world;
}

describe('a group whose removal is refused at its last look', () => {
  it.each(['act', 'approve'] as const)('keeps no other group from its turn (mode %s)', async (mode) => {
    const world = refusing();
    const { record, operation } = await evaluateOnce(world, { policy: clusterPolicy({ mode, backends: two }) });
    expect(operation).toMatchObject({ kind: 'remove-backend', group: 'reports' });
    expect(record.groups).toMatchObject([
      { group: 'default', action: 'hold', reasons: expect.arrayContaining(['replication-floor']) as unknown },
      { group: 'reports', action: mode === 'act' ? 'scale-in' : 'hold' },
    ]);
    expect(record.steps).toMatchObject(mode === 'act' ? [{ group: 'reports' }] : []);
  });

  it('keeps no observer from its turn that is too many without it', async () => {
    const world = refusing();
    world.outside.members = backends(6);
    const frontends = [
      ...[0, 1, 2].map((index) => frontend(index)),
      frontend(9, { role: 'OBSERVER', isMaster: false }),
    ];
    world.outside.topology = async () => topology(world.outside.members, { at: world.clock.now(), frontends });
    const policy = clusterPolicy({ frontend: frontendPolicy({ observers: { min: 0, max: 6, managed: ['fe10'] } }) });
    const { operation } = await evaluateOnce(world, { policy });
    expect(operation).toMatchObject({ kind: 'remove-observer' });
  });

  it('and one beside it that is refused as well: each says why, and nothing is announced', async () => {
    const world = refusing();
    world.outside.walk = async () =>
      walk({
        at: world.clock.now(),
        replication: {
          known: true,
          value: ['default', 'reports'].map((group) => ({ group, replicas: 6, table: 'shop.dim' })),
        },
      });
    const { record, operation } = await evaluateOnce(world, { policy: clusterPolicy({ backends: two }) });
    expect(operation).toBeUndefined();
    expect(record.steps).toEqual([]);
    expect(record.groups.map(({ action, reasons }) => [action, reasons.includes('replication-floor')])).toEqual([
      ['hold', true],
      ['hold', true],
    ]);
  });

  it('is the last that is tried where the cluster cannot be seen any more', async () => {
    const world = refusing();
    let looks = 0;
    world.outside.topology = async () => {
      looks += 1;
      if (looks > 1) throw new Error('connection refused');
      return topology(world.outside.members, { at: world.clock.now() });
    };
    const { operation } = await evaluateOnce(world, { policy: clusterPolicy({ backends: two }) });
    expect(operation).toBeUndefined();
    expect(looks).toBe(2);
  });
});
