import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../src/controller/evaluate.ts';
import type { ReasonCode } from '../../../src/domain/codes.ts';
import {
  backends,
  clusterPolicy,
  HOUR,
  MINUTE,
  NOW,
  topology,
  windowsPolicy,
  walk,
} from '../../support/decision-input.ts';
import { evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory, Outside } from './support/ports.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('connection refused'));
const idle = windowsPolicy({ idle: [{ signal: 'be_cpu', below: 0.35, forMs: 10 * MINUTE }] });

function decided({ record }: Awaited<ReturnType<typeof evaluateOnce>>) {
  const [group] = record.groups;
  if (group === undefined) throw new Error('no group was decided');
  return group;
}

describe('an evaluation that stops after a named stage', () => {
  it.each<{ stage: Stage; asks: readonly string[]; groups: number; writes: readonly string[] }>([
    { stage: 'observe', asks: ['topology'], groups: 0, writes: [] },
    { stage: 'decide', asks: ['topology'], groups: 1, writes: ['slots'] },
    { stage: 'admit', asks: ['topology', 'topology', 'evidence', 'walk'], groups: 1, writes: ['slots'] },
  ])('$stage writes nothing that a later evaluation would rest on', async ({ stage, asks, groups, writes }) => {
    const world = inMemory();
    const { record, operation } = await evaluateOnce(world, { stage });
    expect(world.asked).toEqual(asks);
    expect(record.groups).toHaveLength(groups);
    expect(world.kept.writes).toEqual(writes);
    expect(operation).toBeUndefined();
    expect(record.operationId).toBeUndefined();
  });

  it('record writes the record, then the intent; each names the other', async () => {
    const world = inMemory();
    const { record, operation } = await evaluateOnce(world);
    expect(decided({ record, operation })).toMatchObject({ action: 'scale-in', current: 6, desired: 5 });
    expect(world.kept.operations.get(operation?.id ?? '')).toMatchObject({
      kind: 'remove-backend',
      state: 'pending',
      clusterId: '77',
      recordId: record.id,
      targets: [{ node: '10.0.0.1:9050', backendId: '10000' }],
    });
    expect(record).toMatchObject({ operationId: operation?.id, mode: 'act', policyRevision: 'r1', at: NOW });
    expect(world.kept.records).toEqual([record]);
    const order = world.kept.writes;
    expect(order.indexOf('record')).toBeGreaterThan(-1);
    expect(order.indexOf('record')).toBeLessThan(order.indexOf('begin remove-backend'));
  });

  it('a decision that wants nothing asks for no evidence, and is recorded all the same', async () => {
    const world = inMemory();
    world.outside.history = () => 550;
    const { record, operation } = await evaluateOnce(world);
    expect(operation).toBeUndefined();
    expect(world.asked).toEqual(['topology']);
    expect(world.kept.records).toEqual([record]);
    expect(decided({ record, operation }).reasons).toEqual(['within-bounds']);
  });

  it('an addition asks for no evidence of a removal', async () => {
    const world = inMemory();
    world.outside.history = () => 750;
    const { operation } = await evaluateOnce(world);
    expect(operation).toMatchObject({ kind: 'add-backend', from: 6, to: 8 });
    expect(operation?.targets).toHaveLength(2);
    expect(world.asked).not.toContain('evidence');
  });

  it('a later instant is decided with the windows of then and the load of now', async () => {
    const world = inMemory();
    const shut = await evaluateOnce(world, { stage: 'decide', decideAt: NOW + 6 * HOUR });
    expect(decided(shut).reasons).toEqual(['outside-window', 'step']);
    expect(shut.record.at).toBe(NOW);
  });
});

describe('what a port does not tell stays unknown', () => {
  const cases: readonly {
    readonly port: string;
    readonly broken: (outside: Outside, answer: () => Promise<never>) => void;
    readonly need: number;
    readonly holds: ReasonCode;
  }[] = [
    {
      port: 'the cluster',
      broken: (outside, answer) => {
        outside.topology = answer;
      },
      need: 3.5,
      holds: 'topology-unknown',
    },
    {
      port: 'the load',
      broken: (outside, answer) => {
        outside.readings = answer;
      },
      need: 3.5,
      holds: 'metrics-unknown',
    },
    {
      port: 'the load, when it alone asks for more',
      broken: (outside, answer) => {
        outside.readings = answer;
      },
      need: 7.5,
      holds: 'metrics-unknown',
    },
    {
      port: 'the idle conditions',
      broken: (outside, answer) => {
        outside.idle = answer;
      },
      need: 3.5,
      holds: 'not-idle',
    },
    {
      port: 'tablets in migration',
      broken: (outside, answer) => {
        outside.moving = answer;
      },
      need: 3.5,
      holds: 'stabilizing',
    },
    {
      port: 'the provisioner, for a removal',
      broken: (outside, answer) => {
        outside.hosts = answer;
      },
      need: 3.5,
      holds: 'no-victim',
    },
    {
      port: 'the provisioner, for an addition',
      broken: (outside, answer) => {
        outside.hosts = answer;
      },
      need: 7.5,
      holds: 'no-host',
    },
    {
      port: 'the store',
      broken: (outside, answer) => {
        outside.writable = answer;
      },
      need: 3.5,
      holds: 'store-unavailable',
    },
    {
      port: 'the evidence',
      broken: (outside, answer) => {
        outside.evidence = answer;
      },
      need: 3.5,
      holds: 'cluster-unhealthy',
    },
    {
      port: 'the walk over the tablets',
      broken: (outside, answer) => {
        outside.walk = answer;
      },
      need: 3.5,
      holds: 'replication-floor',
    },
  ];
  const policy = clusterPolicy();
  const asked = (port: string) => (port === 'the idle conditions' ? { ...policy, windows: idle } : policy);

  it.each(cases)('$port fails: $holds', async ({ port, broken, need, holds }) => {
    const world = inMemory();
    world.outside.history = () => need * 100;
    broken(world.outside, fails);
    const evaluation = await evaluateOnce(world, { policy: asked(port) });
    expect(decided(evaluation)).toMatchObject({ action: 'hold' });
    expect(decided(evaluation).reasons[0]).toBe(holds);
    expect(JSON.stringify(evaluation.record)).toContain(
      port === 'the store' ? 'no intent could be kept' : 'connection refused',
    );
    expect(world.kept.operations.size).toBe(0);
  });

  it.each(cases)('$port does not answer: $holds after the deadline', async ({ port, broken, need, holds }) => {
    const world = inMemory();
    world.outside.history = () => need * 100;
    broken(world.outside, never);
    const evaluation = await evaluateOnce(world, { policy: asked(port), deadlines: { lookMs: 50, evidenceMs: 50 } });
    expect(decided(evaluation).reasons[0]).toBe(holds);
    expect(world.kept.operations.size).toBe(0);
  });

  it('an emergency that cannot be read is none', async () => {
    const world = inMemory(NOW + 6 * HOUR);
    world.outside.history = () => 750;
    world.outside.emergency = fails;
    const windows = windowsPolicy({ emergency: { signal: 'be_cpu', above: 0.9, forMs: MINUTE } });
    expect(decided(await evaluateOnce(world, { policy: { ...policy, windows } })).reasons).toEqual(['outside-window']);
    world.outside.emergency = async () => true;
    expect(decided(await evaluateOnce(world, { policy: { ...policy, windows } })).action).toBe('scale-out');
  });

  it('history that cannot be read is not asked for again in pieces: the next evaluation asks for all of it', async () => {
    const world = inMemory();
    world.outside.historyFails = 'HTTP 503';
    expect(decided(await evaluateOnce(world)).reasons).toContain('history-short');
    world.outside.historyFails = undefined;
    expect(decided(await evaluateOnce(world)).action).toBe('scale-in');
  });
});

describe('admission looks again', () => {
  /** Changes the world between the first look and the second. */
  const between = (world: InMemory, change: () => void): void => {
    const look = world.outside.topology;
    let looks = 0;
    const watched = () => {
      looks += 1;
      if (looks === 2) change();
      return world.outside.topology === watched ? look() : world.outside.topology();
    };
    world.outside.topology = watched;
  };

  it.each<{ says: string; change: (world: InMemory) => void; holds: ReasonCode }>([
    {
      says: 'a backend died',
      change: ({ outside }) => {
        outside.members = outside.members.map((each, index) => (index === 5 ? { ...each, alive: false } : each));
      },
      holds: 'cluster-unhealthy',
    },
    {
      says: 'somebody else began to drain one, so that enough leave',
      change: ({ outside }) => {
        outside.members = outside.members.map((each, index) =>
          index === 5 ? { ...each, decommissioned: true } : each,
        );
      },
      holds: 'within-bounds',
    },
    {
      says: 'the lease was lost',
      change: ({ outside }) => {
        outside.leads = false;
      },
      holds: 'not-leader',
    },
    {
      says: 'the store can no longer be written',
      change: ({ outside }) => {
        outside.writable = async () => false;
      },
      holds: 'store-unavailable',
    },
    {
      says: 'the endpoints show another cluster',
      change: ({ outside }) => {
        outside.topology = async () => topology(outside.members, { clusterId: '99' });
      },
      holds: 'topology-unknown',
    },
    {
      says: 'the cluster cannot be seen',
      change: ({ outside }) => {
        outside.topology = fails;
      },
      holds: 'topology-unknown',
    },
    {
      says: 'a table needs more replicas than would be left',
      change: ({ outside }) => {
        outside.walk = async () =>
          walk({ replication: { known: true, value: [{ group: 'default', replicas: 6, table: 'shop.orders' }] } });
      },
      holds: 'replication-floor',
    },
  ])('$says meanwhile: nothing begins, and the record says why', async ({ change, holds }) => {
    const world = inMemory();
    await evaluateOnce(world, { stage: 'observe' });
    between(world, () => {
      change(world);
    });
    const evaluation = await evaluateOnce(world);
    const group = decided(evaluation);
    expect(group).toMatchObject({ action: 'hold' });
    expect(group.reasons[0]).toBe(holds);
    expect(evaluation.operation).toBeUndefined();
    expect(evaluation.record.steps).toEqual([]);
    expect(world.kept.operations.size).toBe(0);
  });

  it('a victim that another one replaced is not taken: its evidence was never read', async () => {
    const world = inMemory();
    between(world, () => {
      world.outside.members = [...backends(6).slice(1), ...backends(7, { dataUsedBytes: 1 }).slice(6)];
    });
    const { operation } = await evaluateOnce(world);
    expect(operation).toBeUndefined();
  });
});

describe('a store that fails', () => {
  it('holds every change and is told to whoever listens, though nothing can be kept', async () => {
    const world = inMemory();
    world.outside.writable = async () => false;
    world.outside.appendFails = 'disk full';
    const evaluation = await evaluateOnce(world);
    expect(decided(evaluation).reasons[0]).toBe('store-unavailable');
    expect(world.logs.some(({ level, message }) => level === 'error' && message.includes('record'))).toBe(true);
    expect(world.kept.writes.filter((write) => write !== 'slots')).toEqual([]);
  });

  it('between the look and the record ends the evaluation: nothing begins that no record explains', async () => {
    const world = inMemory();
    world.outside.appendFails = 'disk full';
    await expect(evaluateOnce(world)).rejects.toThrow('disk full');
    expect(world.kept.operations.size).toBe(0);
    expect(world.kept.records).toEqual([]);
  });

  it('between the record and the intent ends the evaluation: a record of what never began stays', async () => {
    const world = inMemory();
    world.ports.journal.begin = () => Promise.reject(new Error('disk full'));
    await expect(evaluateOnce(world)).rejects.toThrow('disk full');
    expect(world.kept.operations.size).toBe(0);
    expect(world.kept.records).toHaveLength(1);
    expect(world.kept.records[0]?.operationId).toBeDefined();
  });
});

describe('modes', () => {
  it('observe decides, records and begins nothing', async () => {
    const world = inMemory();
    const evaluation = await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe' }) });
    expect(decided(evaluation).reasons).toEqual(['mode-observe', 'step']);
    expect(decided(evaluation).recommended).toBe(5);
    expect(world.kept.operations.size).toBe(0);
    expect(world.kept.records).toHaveLength(1);
  });

  it('a failed check keeps a cluster in observe and is named', async () => {
    const world = inMemory();
    const forcedObserve = 'privileges: cannot act';
    const evaluation = await evaluateOnce(world, { forcedObserve });
    expect(decided(evaluation).reasons[0]).toBe('mode-observe');
    expect(decided(evaluation).guards.find((guard) => guard.code === 'mode-observe')?.detail).toContain(forcedObserve);
  });
});
