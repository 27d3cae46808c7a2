import { describe, expect, it } from 'vitest';
import { durationP90Ms, migrationRate } from '../../../src/controller/memory/measured.ts';
import { recall } from '../../../src/controller/memory/recall.ts';
import { rebuildNeeds, recentNeeds } from '../../../src/controller/memory/recent-needs.ts';
import { facts } from '../../../src/controller/memory/facts.ts';
import { usageOf } from '../../../src/controller/memory/usage.ts';
import { BY_THE_POLICY } from '../../../src/domain/operation.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { ReasonCode } from '../../../src/domain/codes.ts';
import {
  backend,
  backends,
  clusterPolicy,
  DAY,
  frontend,
  groupPolicy,
  HOUR,
  MINUTE,
  NOW,
  topology,
} from '../../support/decision-input.ts';
import { ended, evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

const KEY = { role: 'backend', group: 'default' } as const;
const policy = clusterPolicy();
const withFrontends = clusterPolicy({
  frontend: {
    backendsPerFrontend: { min: 10, max: 20 },
    followers: 3,
    observers: { min: 0, max: 6, managed: [] },
    provisioner: 'spares',
  },
});

async function remembered({ ports, clock, kept }: InMemory, ofPolicy = policy) {
  const { memory } = await recall(ports, ofPolicy, recentNeeds(kept.records), clock.now());
  const group = memory.groups.find((each) => each.role === 'backend');
  if (group === undefined) throw new Error('no group');
  return { ...memory, group };
}

async function reasons(world: InMemory, ofPolicy = policy): Promise<readonly ReasonCode[]> {
  const { record } = await evaluateOnce(world, { policy: ofPolicy, stage: 'record' });
  return record.groups[0]?.reasons ?? [];
}

const journal = (world: InMemory, operations: readonly Operation[]): void => {
  for (const operation of operations) world.kept.operations.set(operation.id, operation);
};

/** A removal of ours that somebody took back. */
const byHand = ({ endedAt }: { readonly endedAt: number }): Operation =>
  ended({
    endedAt,
    state: 'cancelled',
    steps: [
      {
        key: '0.turn',
        state: 'done',
        attempts: 1,
        startedAt: endedAt,
        endedAt,
        detail: 'its decommission was cancelled',
        data: { end: 'cancelled', byHand: true },
      },
    ],
  });

describe('what a person said no to before it had begun', () => {
  const never = { endedAt: NOW - HOUR, state: 'cancelled', startedAt: undefined } as const;
  const approval = { planHash: '#', expiresAt: NOW + HOUR, given: { at: NOW - 2 * HOUR, by: 'ann', reason: '' } };
  const cancelledBy = (by: string): Operation =>
    ended({ ...never, approval, cancelRequested: { at: NOW - HOUR, by, reason: 'not tonight' } });

  it.each([
    { says: 'is no failed removal and rests as a no', by: 'ann', rests: 1 },
    { says: 'nor was it the policy that said no', by: BY_THE_POLICY, rests: 0 },
  ])('$says', async ({ by, rests }) => {
    const world = inMemory();
    journal(world, [cancelledBy(by)]);
    const { group, rejections } = await remembered(world);
    expect(group).toMatchObject({ failedRemovals: 0, skip: [], lastInEndedAt: undefined });
    expect(rejections).toHaveLength(rests);
  });

  it('rests no longer than 24 h: one of a clock that was ahead is none', async () => {
    for (const [aheadMs, rests] of [
      [MINUTE, 1],
      [30 * DAY, 0],
    ] as const) {
      const world = inMemory();
      journal(world, [{ ...cancelledBy('ann'), endedAt: NOW + aheadMs }]);
      expect((await remembered(world)).rejections).toHaveLength(rests);
    }
  });
});

describe('hands of people', () => {
  it.each([
    { says: 'a backend added by hand', before: 5, after: 6, looksUntilSeen: 1 },
    { says: 'a backend dropped by hand', before: 7, after: 6, looksUntilSeen: 2 },
  ])('$says starts cooldown and minHold of the group, and is told', async ({ before, after, looksUntilSeen }) => {
    const world = inMemory();
    const observe = clusterPolicy({ mode: 'observe' });
    world.outside.members = backends(before);
    await evaluateOnce(world, { policy: observe });
    world.outside.members = backends(after);
    for (let look = 0; look < looksUntilSeen; look += 1) {
      await world.clock.advanceBy(MINUTE);
      await evaluateOnce(world, { policy: observe });
    }
    expect(world.notices.map(({ event }) => event)).toEqual(['foreign-change']);
    expect(await reasons(world)).toEqual(['cooldown', 'min-hold', 'step']);
    world.outside.history = () => 850;
    expect(await reasons(world)).toEqual(['cooldown']);
    await world.clock.advanceBy(30 * MINUTE);
    expect((await evaluateOnce(world)).record.groups[0]?.action).toBe('scale-out');
  });

  it('the first contact starts nothing', async () => {
    const world = inMemory();
    expect((await evaluateOnce(world)).record.groups[0]?.action).toBe('scale-in');
    expect(world.notices).toEqual([]);
  });

  it('another cluster behind the endpoints is not remembered, whether its id was learnt or given', async () => {
    const world = inMemory();
    await evaluateOnce(world);
    const { members } = world.kept;
    world.outside.topology = async () => topology(backends(3, { group: 'other' }), { clusterId: '99' });
    expect(await reasons(world)).toEqual(['topology-unknown']);
    expect(world.kept.members).toBe(members);
    expect(world.kept.facts.get('cluster-id')).toBe('77');

    const given = inMemory();
    expect(await reasons(given, clusterPolicy({ clusterId: '99' }))).toEqual(['topology-unknown']);
    expect(given.kept.members).toEqual([]);
    expect(given.kept.facts.has('cluster-id')).toBe(false);
  });

  it('an id that the policy gives replaces the one that was learnt', async () => {
    const world = inMemory();
    world.kept.facts.set('cluster-id', '12');
    await evaluateOnce(world, { policy: clusterPolicy({ clusterId: '77' }) });
    expect(world.kept.facts.get('cluster-id')).toBe('77');
  });

  it('what a person undid rests for 24 h, found in the journal after any crash, and once only', async () => {
    const world = inMemory();
    journal(world, [byHand({ endedAt: NOW - 2 * HOUR })]);
    const noCooldown = clusterPolicy({ backends: [groupPolicy({ cooldown: { outMs: 0, inMs: 0 } })] });
    expect(await reasons(world, noCooldown)).toEqual(['backoff', 'step']);
    await facts(world.ports.memory, 'analytics', KEY).setRestsUntil(undefined);
    const { record } = await evaluateOnce(world, { policy: noCooldown });
    expect(record.groups[0]).toMatchObject({ action: 'scale-in' });
    expect(record.groups[0]?.victims.map(({ node }) => node)).toEqual(['10.0.0.2:9050']);
  });

  it('the rest ends by itself after 24 h', async () => {
    const world = inMemory();
    journal(world, [byHand({ endedAt: NOW - 23 * HOUR })]);
    expect(await reasons(world)).toContain('backoff');
    await world.clock.advanceBy(HOUR);
    expect(await reasons(world)).not.toContain('backoff');
  });

  it('a removed backend that registers itself again is reported and its group rests', async () => {
    const world = inMemory();
    await evaluateOnce(world, { stage: 'record', policy: clusterPolicy({ mode: 'observe' }) });
    journal(world, [ended({ endedAt: NOW - 5 * MINUTE })]);
    expect(await reasons(world)).toContain('backoff');
    expect(world.notices.map(({ event }) => event)).toEqual(['node-reappeared']);
    await evaluateOnce(world);
    expect(world.notices).toHaveLength(1);
  });
});

describe('what the journal says', () => {
  it('ends of the last changes are those of additions and removals, whatever became of them', async () => {
    const world = inMemory();
    journal(world, [
      ended({ endedAt: NOW - 40 * HOUR, kind: 'add-backend' }),
      ended({ endedAt: NOW - 30 * HOUR, kind: 'add-backend', group: 'other' }),
      ended({ endedAt: NOW - 20 * HOUR, state: 'failed' }),
    ]);
    expect((await remembered(world)).group).toMatchObject({
      lastOutEndedAt: NOW - 40 * HOUR,
      lastInEndedAt: NOW - 20 * HOUR,
    });
  });

  it('removals that failed in a row are counted back to the last that succeeded; what a person undid is none', async () => {
    const world = inMemory();
    journal(world, [
      ended({ endedAt: NOW - 9 * DAY, state: 'failed' }),
      ended({ endedAt: NOW - 8 * DAY }),
      ended({ endedAt: NOW - 7 * DAY, state: 'cancelled', reason: 'the window closed' }),
      byHand({ endedAt: NOW - 6 * DAY }),
      ended({ endedAt: NOW - 5 * DAY, state: 'failed' }),
    ]);
    expect((await remembered(world)).group).toMatchObject({
      failedRemovals: 2,
      lastFailedRemovalAt: NOW - 5 * DAY,
    });
  });

  it('additions that came to nothing are counted back to the last that succeeded', async () => {
    const world = inMemory();
    const add = { kind: 'add-backend' as const };
    journal(world, [
      ended({ ...add, endedAt: NOW - 6 * HOUR, state: 'failed' }),
      ended({ ...add, endedAt: NOW - 5 * HOUR }),
      ended({ ...add, endedAt: NOW - 3 * HOUR, state: 'failed' }),
      ended({ endedAt: NOW - 2 * HOUR }),
      ended({ ...add, endedAt: NOW - HOUR, state: 'cancelled' }),
    ]);
    expect((await remembered(world)).group).toMatchObject({
      failedRemovals: 0,
      failedAdditions: 2,
      lastFailedAdditionAt: NOW - HOUR,
    });
  });

  it('a backend whose removal did not succeed is skipped for 7 days', async () => {
    const world = inMemory();
    const target = (node: string) => [{ node, backendId: '1', bytes: 1, tablets: 1 }];
    journal(world, [
      ended({ endedAt: NOW - 8 * DAY, state: 'failed', targets: target('10.0.0.1:9050') }),
      ended({ endedAt: NOW - 6 * DAY, state: 'cancelled', targets: target('10.0.0.2:9050') }),
      ended({ endedAt: NOW - 5 * DAY, targets: target('10.0.0.3:9050') }),
    ]);
    expect((await remembered(world)).group.skip).toMatchObject([{ node: '10.0.0.2:9050', until: NOW + DAY }]);
  });

  it('another tag does not make it one to choose', async () => {
    const world = inMemory();
    const targets = [{ node: '10.0.0.2:9050', backendId: '1', bytes: 1, tablets: 1 }];
    journal(world, [ended({ endedAt: NOW - DAY, group: 'reports', state: 'failed', targets })]);
    const { group } = await remembered(world);
    expect(group.skip.map(({ node }) => node)).toEqual(['10.0.0.2:9050']);
    expect(group.failedRemovals).toBe(0);
  });

  it('a drain is ours while its operation is open', async () => {
    const world = inMemory();
    journal(world, [{ ...ended({ endedAt: NOW }), endedAt: undefined, state: 'running' }]);
    const memory = await remembered(world);
    expect(memory.ownDrains).toEqual(['10.0.0.1:9050']);
    expect(memory.openOperation?.state).toBe('running');
    expect(await reasons(world)).toContain('operation-open');
  });

  it('durations are the p90 of the newest that succeeded, per node removed, without waits for windows', () => {
    const took = (minutes: number, parts: Omit<Partial<Operation>, 'endedAt'> = {}): Operation =>
      ended({ endedAt: NOW + minutes, startedAt: NOW + minutes - minutes * MINUTE, ...parts });
    const ten = Array.from({ length: 10 }, (_, index) => took(index + 1));
    expect(durationP90Ms(ten)).toBe(9 * MINUTE);
    expect(durationP90Ms([])).toBeUndefined();
    expect(durationP90Ms([took(60, { state: 'failed' })])).toBeUndefined();
    expect(durationP90Ms([took(60, { waitedForWindowMs: 20 * MINUTE })])).toBe(40 * MINUTE);
    const [target] = ten[0]?.targets ?? [];
    if (target === undefined) throw new Error('no target');
    expect(durationP90Ms([took(60, { targets: [target, target] })])).toBe(30 * MINUTE);
    expect(durationP90Ms([took(60, { kind: 'add-backend', targets: [target, target] })])).toBe(60 * MINUTE);
  });

  it('the rate of migration is all bytes moved by all the time that drains took', () => {
    const drain = (movedBytes: number, drainMs: number): Operation =>
      ended({
        endedAt: NOW + movedBytes,
        steps: [
          {
            key: '0.watch',
            state: 'done',
            attempts: 1,
            startedAt: NOW,
            endedAt: NOW,
            detail: '',
            data: { movedBytes, drainMs },
          },
        ],
      });
    expect(migrationRate([drain(100, 10_000), drain(300, 10_000)])).toBe(20);
    expect(migrationRate([ended({ endedAt: NOW })])).toBeUndefined();
    expect(migrationRate([drain(100, 0)])).toBeUndefined();
  });
});

describe('observers of ours', () => {
  const observed = (world: InMemory, nodes: readonly string[]): void => {
    world.outside.topology = async () =>
      topology(world.outside.members, {
        at: world.clock.now(),
        frontends: [
          ...[0, 1, 2].map((index) => frontend(index)),
          ...nodes.map((host, index) => frontend(3 + index, { role: 'OBSERVER', host, address: `${host}:9010` })),
        ],
      });
  };
  const added = (node: string, endedAt: number): Operation =>
    ended({
      endedAt,
      kind: 'add-observer',
      role: 'observer',
      group: 'observer',
      targets: [{ node, backendId: undefined, bytes: undefined, tablets: undefined }],
    });

  it('stay ours long after their operation is no longer looked back at', async () => {
    const world = inMemory();
    observed(world, ['o1']);
    journal(world, [added('o1:9010', NOW - HOUR)]);
    await evaluateOnce(world, { policy: withFrontends });
    await world.clock.advanceBy(90 * DAY);
    expect((await remembered(world, withFrontends)).ownObservers).toEqual(['o1:9010']);
  });

  it('are ours no more after we removed them, or somebody else did', async () => {
    const world = inMemory();
    observed(world, ['o1', 'o2', 'o3']);
    journal(world, [
      added('o1:9010', NOW - 4 * HOUR),
      added('o2:9010', NOW - 3 * HOUR),
      added('o3:9010', NOW - 2 * HOUR),
    ]);
    await evaluateOnce(world, { policy: withFrontends });
    journal(world, [{ ...added('o1:9010', NOW - MINUTE), kind: 'remove-observer' }]);
    observed(world, ['o3']);
    for (let look = 0; look < 2; look += 1) {
      await world.clock.advanceBy(2 * HOUR);
      await evaluateOnce(world, { policy: withFrontends });
    }
    expect((await remembered(world, withFrontends)).ownObservers).toEqual(['o3:9010']);
  });

  it('are not those that somebody else added', async () => {
    const world = inMemory();
    observed(world, []);
    await evaluateOnce(world, { policy: withFrontends });
    observed(world, ['o9']);
    await world.clock.advanceBy(MINUTE);
    await evaluateOnce(world, { policy: withFrontends });
    expect((await remembered(world, withFrontends)).ownObservers).toEqual([]);
  });

  it('a dry run keeps nothing', async () => {
    const world = inMemory();
    observed(world, ['o1']);
    journal(world, [added('o1:9010', NOW - HOUR)]);
    await evaluateOnce(world, { policy: withFrontends, stage: 'admit' });
    expect([...world.kept.facts.keys()]).toEqual([]);
  });
});

describe('a wave of restarts', () => {
  const needsMore = clusterPolicy({ backends: [groupPolicy({ min: 8 })] });
  const restart = async (world: InMemory, time: string): Promise<void> => {
    world.outside.members = backends(6).map((each, index) => (index < 2 ? { ...each, lastStartTime: time } : each));
    await evaluateOnce(world, { policy: needsMore, stage: 'observe' });
  };

  it('holds growth to min for no longer than an hour', async () => {
    const world = inMemory();
    world.outside.members = [...backends(5), backend(5, { version: 'doris-3.0.3' })];
    expect(await reasons(world, needsMore)).toEqual(['rolling-restart', 'at-min']);
    await world.clock.advanceBy(59 * MINUTE);
    expect(await reasons(world, needsMore)).toEqual(['rolling-restart', 'at-min']);
    await world.clock.advanceBy(MINUTE);
    expect(await reasons(world, needsMore)).toEqual(['at-min']);
  });

  it('that ended starts no hour for the next one', async () => {
    const world = inMemory();
    await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe', backends: [groupPolicy({ min: 8 })] }) });
    const observe = clusterPolicy({ mode: 'observe', backends: [groupPolicy({ min: 8 })] });
    await restart(world, 'first');
    expect(await reasons(world, observe)).toContain('rolling-restart');
    await world.clock.advanceBy(31 * MINUTE);
    expect(await reasons(world, observe)).not.toContain('rolling-restart');
    await world.clock.advanceBy(31 * MINUTE);
    await restart(world, 'second');
    expect(await reasons(world, observe)).toContain('rolling-restart');
  });
});

describe('cores of reference', () => {
  const withCores = (...cores: readonly (number | undefined)[]) =>
    cores.map((cpuCores, index) => backend(index, { cpuCores }));

  it('are the mean of the first look that shows those of every member, and stay', async () => {
    const world = inMemory();
    const looks = [
      { members: withCores(64, undefined, 16), expected: undefined },
      { members: withCores(64, 64, 16, 16), expected: 40 },
      { members: withCores(16, 16), expected: 40 },
    ];
    for (const { members, expected } of looks) {
      world.outside.members = members;
      await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe' }) });
      expect((await remembered(world)).group.referenceCores).toBe(expected);
    }
  });

  it('are not remembered by a dry run', async () => {
    const world = inMemory();
    await evaluateOnce(world, { stage: 'decide' });
    expect((await remembered(world)).group.referenceCores).toBeUndefined();
  });
});

describe('usage', () => {
  it('counts node-seconds from the first evaluation in act on, against the count of then', async () => {
    const world = inMemory();
    world.outside.history = () => 550;
    await evaluateOnce(world);
    await world.clock.advanceBy(30 * MINUTE);
    world.outside.members = backends(5);
    await evaluateOnce(world);
    await world.clock.advanceBy(30 * MINUTE);
    await evaluateOnce(world);
    const usage = await usageOf(world.ports.memory, 'analytics', KEY);
    expect(usage).toMatchObject({ nodeSeconds: 6 * 1800 + 5 * 1800, baselineNodeSeconds: 2 * 6 * 1800 });
  });

  it('a long time without a look counts for nothing', async () => {
    const world = inMemory();
    world.outside.history = () => 550;
    await evaluateOnce(world);
    await world.clock.advanceBy(3 * HOUR);
    await evaluateOnce(world);
    expect(await usageOf(world.ports.memory, 'analytics', KEY)).toMatchObject({
      nodeSeconds: 0,
      baselineNodeSeconds: 0,
    });
  });

  it('a cluster in observe is not counted', async () => {
    const world = inMemory();
    await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe' }) });
    expect(await usageOf(world.ports.memory, 'analytics', KEY)).toBeUndefined();
  });
});

describe('needs of the last evaluations', () => {
  it('hold a scale-in for the stabilization time, also after a restart', async () => {
    const world = inMemory();
    // The peak leaves the span of 8 days after 10 minutes; each evaluation knows what the store kept and nothing else.
    world.outside.history = (at) => (at < NOW - 8 * DAY + 10 * MINUTE ? 590 : 350);
    const needs: [number | undefined, ReasonCode | undefined][] = [];
    for (const minutes of [0, 9, 6, 10]) {
      await world.clock.advanceBy(minutes * MINUTE);
      const [group] = (await evaluateOnce(world)).record.groups;
      needs.push([group?.raw, group?.reasons[0]]);
    }
    expect(needs).toEqual([
      [5.9, 'within-bounds'],
      [5.9, 'within-bounds'],
      [3.5, 'stabilizing'],
      [3.5, 'step'],
    ]);
  });

  it('of evaluations that a clock set back made earlier than others are those until then', async () => {
    const world = inMemory();
    await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe' }) });
    const [record] = world.kept.records;
    if (record === undefined) throw new Error('no record');
    const needs = recentNeeds([]);
    for (const at of [NOW, NOW + 2 * HOUR, NOW + HOUR]) needs.add({ ...record, at });
    expect(needs.of(KEY, NOW + HOUR).map(({ at }) => at)).toEqual([NOW, NOW + HOUR]);
  });

  it('are read back as far as the longest stabilization asks, however many evaluations that were', async () => {
    const world = inMemory();
    await evaluateOnce(world, { policy: clusterPolicy({ mode: 'observe' }) });
    const [record] = world.kept.records;
    if (record === undefined) throw new Error('no record');
    for (let minute = 1; minute <= 1000; minute += 1) {
      world.kept.records.push({ ...record, id: `r-${String(minute).padStart(4, '0')}`, at: NOW + minute * MINUTE });
    }
    const at = NOW + 1000 * MINUTE;
    const of = async (hours: number) => {
      const stabilize = { outMs: 0, inMs: hours * HOUR };
      const needs = await rebuildNeeds(
        world.ports.records,
        clusterPolicy({ backends: [groupPolicy({ stabilize })] }),
        at,
      );
      return needs.of(KEY, at).length;
    };
    expect(await of(10)).toBeGreaterThanOrEqual(600);
    expect(await of(0)).toBeLessThanOrEqual(200);
  });
});
