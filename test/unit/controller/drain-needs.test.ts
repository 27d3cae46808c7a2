import { describe, expect, it } from 'vitest';
import { drainNeeds } from '../../../src/controller/operation/drain-needs.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { Rejection } from '../../../src/domain/memory.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { ClusterPolicy, FrontendPolicy } from '../../../src/domain/policy.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { NodeValue } from '../../../src/domain/signal.ts';
import {
  backend,
  backends,
  clusterPolicy,
  CPU,
  groupMemory,
  frontendPolicy,
  groupPolicy,
  HEAP,
  history,
  hosts,
  HOUR,
  input,
  MINUTE,
  NOW,
  QUERIES,
  reading,
  slots,
  windowsPolicy,
} from '../../support/decision-input.ts';
import { ended, evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

/** The record of an evaluation while 10.0.0.7 is being drained by us. */
function seen(
  given: Parameters<typeof input>[0],
  atMs = 0,
): { readonly policy: ClusterPolicy; readonly record: DecisionRecord } {
  const request = input({
    members: given.members ?? [...backends(6), backend(6, { decommissioned: true })],
    ...given,
    at: (given.at ?? NOW) + atMs,
    memory: { ownDrains: ['10.0.0.7:9050'], ...given.memory },
  });
  const { groups, steps, calendar, at } = decide(request);
  const record: DecisionRecord = {
    id: '',
    cluster: 'analytics',
    mode: 'act',
    policyRevision: '',
    durationMs: 0,
    operationId: undefined,
    observation: request.observation,
    at,
    groups,
    steps,
    calendar,
  };
  return { policy: request.policy, record };
}

function needAfter(given: Parameters<typeof input>[0], minutes: readonly number[]): string | undefined {
  const needs = drainNeeds();
  for (const minute of minutes) {
    const { policy, record } = seen(given, minute * MINUTE);
    needs.see(policy, record);
  }
  return needs.current('default')?.reason;
}

const migrating = () => true;
const limit = (value: number, nodes: readonly NodeValue[] = []) => ({
  group: { signals: [QUERIES, HEAP] },
  observation: {
    signals: [
      { role: 'backend' as const, group: 'default', readings: [reading(QUERIES), reading(HEAP, { value, nodes })] },
    ],
  },
});

describe('a drain is given up when its node is needed again', () => {
  it.each([
    {
      says: 'the group wants more than it has, for the stabilization time',
      given: { need: 6.5 },
      after: [0, 5, 10],
      reason: /needs 6.5 nodes and would have 6/,
    },
    { says: 'not before', given: { need: 6.5 }, after: [0, 5], reason: undefined },
    { says: 'not when the rest suffices', given: { need: 5.9 }, after: [0, 5, 10], reason: undefined },
    {
      says: 'also by utilisation that the drain itself raised',
      given: {
        group: { signals: [CPU] },
        demand: [history({ be_cpu: slots('be_cpu', () => 3.2, { migrating, until: NOW + HOUR }) })],
      },
      after: [0, 10],
      reason: /needs 6.4 nodes/,
    },
    {
      says: 'a limit stays beyond its bound for that time',
      given: limit(0.9),
      after: [0, 10],
      reason: /fe_heap stays above its limit/,
    },
    {
      says: 'a limit is beyond its bound on one backend alone, as at admission',
      given: limit(0.6, [{ backend: '10.0.0.3:9050', value: 0.9 }]),
      after: [0, 10],
      reason: /fe_heap stays above its limit/,
    },
    {
      says: 'a limit is near its bound on one backend alone',
      given: limit(0.6, [{ backend: '10.0.0.3:9050', value: 0.7 }]),
      after: [0, 10],
      reason: undefined,
    },
    { says: 'not when the limit is kept', given: limit(0.7), after: [0, 10], reason: undefined },
    {
      says: 'growth to min must begin in this window, at once',
      given: { need: 3.5, group: { min: 7 } },
      after: [0],
      reason: /must grow 6 -> 7 in this window/,
    },
    {
      says: 'that growth would find no host: the drain gives one back',
      given: { need: 3.5, group: { min: 7, provisioner: undefined } },
      after: [0],
      reason: /must grow 6 -> 7 in this window/,
    },
    {
      says: 'not outside a window',
      given: { need: 3.5, group: { min: 7 }, at: NOW + 6 * HOUR },
      after: [0, 10],
      reason: undefined,
    },
    {
      says: 'also where people approve each change',
      given: { need: 6.5, policy: { mode: 'approve' as const } },
      after: [0, 10],
      reason: /needs 6.5 nodes/,
    },
    {
      says: 'nobody acts in observe',
      given: { need: 9, policy: { mode: 'observe' as const } },
      after: [0, 10],
      reason: undefined,
    },
  ])('$says', ({ given, after, reason }) => {
    const need = needAfter(given, after);
    if (reason === undefined) expect(need).toBeUndefined();
    else expect(need).toMatch(reason);
  });

  it('a need that passed counts anew when it comes back', () => {
    const needs = drainNeeds();
    for (const [minute, need] of [
      [0, 6.5],
      [5, 5.5],
      [6, 6.5],
      [12, 6.5],
    ] as const) {
      const { policy, record } = seen({ need }, minute * MINUTE);
      needs.see(policy, record);
    }
    expect(needs.current('default')).toBeUndefined();
    const { policy, record } = seen({ need: 6.5 }, 16 * MINUTE);
    needs.see(policy, record);
    expect(needs.current('default')?.reason).toMatch(/needs 6.5 nodes/);
  });

  it('what has lasted counts anew after a jump of the clock', () => {
    const needs = drainNeeds();
    const see = (minute: number, clockJumped = false): void => {
      const { policy, record } = seen({ need: 6.5 }, minute * MINUTE);
      needs.see(policy, { ...record, observation: { ...record.observation, clockJumped } });
    };
    see(0);
    see(60, true);
    expect(needs.current('default')).toBeUndefined();
    see(70);
    expect(needs.current('default')?.reason).toMatch(/needs 6.5 nodes/);
  });

  it('what another group wants gives up no drain of this one, but its floor and a limit of a frontend do', () => {
    const policy = {
      backends: [groupPolicy(), groupPolicy({ group: 'reports', signals: [{ ...QUERIES, name: 'reports' }, HEAP] })],
    };
    const members = [
      ...backends(6),
      backend(6, { decommissioned: true }),
      ...[7, 8, 9].map((index) => backend(index, { group: 'reports' })),
    ];
    const load = (name: string, total: number) => slots(name, () => total, { until: NOW + HOUR });
    const demand = [history({ queries: load('queries', 350) }), history({ reports: load('reports', 450) }, 'reports')];
    const both = (heap: number) => ({
      signals: [
        { role: 'backend' as const, group: 'default', readings: [reading(QUERIES)] },
        {
          role: 'backend' as const,
          group: 'reports',
          readings: [reading({ ...QUERIES, name: 'reports' }), reading(HEAP, { value: heap })],
        },
      ],
    });
    const given = { policy, members, demand, observation: both(0.5) };
    expect(needAfter(given, [0, 10])).toBeUndefined();
    expect(needAfter({ ...given, observation: both(0.9) }, [0, 10])).toMatch(/fe_heap stays above its limit/);
    const [first, reports] = policy.backends;
    if (first === undefined || reports === undefined) throw new Error('two groups');
    const floor = { ...given, policy: { backends: [first, { ...reports, min: 5 }] } };
    expect(needAfter(floor, [0])).toMatch(/reports must grow 3 -> 5/);
  });
});

const drain: Operation = {
  ...ended({ id: 'op-1', state: 'running', endedAt: NOW, from: 7, to: 6 }),
  endedAt: undefined,
};
const no: Rejection = {
  role: 'backend',
  group: 'reports',
  direction: 'out',
  to: 5,
  until: NOW + HOUR,
  by: 'ann',
  reason: 'not tonight',
};
const frontend = (parts: Partial<FrontendPolicy> = {}): FrontendPolicy =>
  frontendPolicy({ backendsPerFrontend: { min: 2, max: 4 }, observers: { min: 0, max: 0, managed: [] }, ...parts });
const few = [...backends(7), ...[7, 8, 9].map((index) => backend(index, { group: 'reports' }))];
const free = (spares: number) => hosts(few, spares);

/** `default` gives up one of seven backends while `reports` has three of the five that its min asks for. */
function needOfDefault({
  mode = 'act',
  reports = {},
  ...given
}: {
  readonly mode?: ClusterPolicy['mode'];
  readonly reports?: Parameters<typeof groupPolicy>[0];
  readonly frontend?: FrontendPolicy;
  readonly policy?: Partial<ClusterPolicy>;
  readonly memory?: Parameters<typeof input>[0]['memory'];
  readonly observation?: Parameters<typeof input>[0]['observation'];
}): string | undefined {
  const policy = {
    mode,
    backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 5, ...reports })],
    frontend: given.frontend,
    ...given.policy,
  };
  const members = few.map((each, index) => (index === 6 ? { ...each, decommissioned: true } : each));
  return needAfter(
    {
      policy,
      members,
      memory: { openOperation: drain, ...given.memory },
      observation: { hosts: free(4), ...given.observation },
    },
    [0],
  );
}

describe('growth of another group to min, held by', () => {
  it.each<{ readonly what: string; readonly given: Parameters<typeof needOfDefault>[0]; readonly counts: boolean }>([
    { what: 'nothing but the drain', given: {}, counts: true },
    { what: 'the drain, and hosts for a part of it', given: { observation: { hosts: free(1) } }, counts: true },
    { what: 'a missing provisioner', given: { reports: { provisioner: undefined } }, counts: false },
    { what: 'hosts that are all in use', given: { observation: { hosts: free(0) } }, counts: false },
    {
      what: 'hosts that are unknown',
      given: { observation: { hosts: { spares: { known: false, reason: 'no answer' } } } },
      counts: false,
    },
    {
      what: 'additions that came to nothing just now',
      given: {
        memory: {
          groups: [
            groupMemory(),
            { ...groupMemory(), group: 'reports', failedAdditions: 1, lastFailedAdditionAt: NOW - MINUTE },
          ],
        },
      },
      counts: false,
    },
    {
      what: 'a pause of scale-out',
      given: {
        memory: {
          pauses: [{ cluster: 'analytics', direction: 'out', since: 0, until: undefined, by: 'ann', reason: '' }],
        },
      },
      counts: false,
    },
    { what: 'a person who cancelled it', given: { memory: { rejections: [no] } }, counts: false },
    {
      what: 'a window that is too short for it',
      given: { policy: { windows: windowsPolicy({ guardMs: 3 * HOUR - MINUTE }) } },
      counts: false,
    },
    { what: 'a yes that nobody was asked for yet', given: { mode: 'approve' }, counts: true },
    {
      what: 'a yes that was refused',
      given: { mode: 'approve', memory: { rejections: [no] } },
      counts: false,
    },
    { what: 'frontends that serve one backend more', given: { frontend: frontend() }, counts: true },
    {
      what: 'frontends that serve no more, the one that leaves counted',
      given: { frontend: frontend({ backendsPerFrontend: { min: 1, max: 3 } }) },
      counts: false,
    },
    {
      what: 'an observer that comes before it',
      given: {
        frontend: frontend({
          backendsPerFrontend: { min: 1, max: 3 },
          observers: { min: 0, max: 2, managed: [] },
        }),
      },
      counts: true,
    },
    {
      what: 'an observer that finds no host',
      given: {
        frontend: frontend({
          backendsPerFrontend: { min: 1, max: 3 },
          observers: { min: 0, max: 2, managed: [] },
          provisioner: undefined,
        }),
      },
      counts: false,
    },
  ])('$what: it gives up the drain: $counts', ({ given, counts }) => {
    expect(needOfDefault(given) !== undefined).toBe(counts);
  });

  it.each([
    { what: 'observers up to observers.min', provisioner: 'spares', counts: true },
    { what: 'observers up to observers.min that find no host', provisioner: undefined, counts: false },
  ])('$what give up a drain: $counts', ({ provisioner, counts }) => {
    const observers = { min: 1, max: 2, managed: [] };
    const reason = needOfDefault({ reports: { min: 3 }, frontend: frontend({ observers, provisioner }) });
    expect(reason?.startsWith('observer/observer must grow 0 -> 1') ?? false).toBe(counts);
  });
});

describe('a drain is not given up by the evaluation that let it begin', () => {
  const both = (mode: ClusterPolicy['mode'], reports: Parameters<typeof groupPolicy>[0]) =>
    clusterPolicy({ mode, backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 4, ...reports })] });
  const small = (): InMemory => {
    const world = inMemory();
    world.outside.members = [...backends(6), ...[10, 11, 12].map((index) => backend(index, { group: 'reports' }))];
    return world;
  };

  it.each([
    { what: 'no provisioner', provisioner: undefined },
    { what: 'no free host', provisioner: 'spares' },
  ])('another group is below min and has $what', async ({ provisioner }) => {
    const world = small();
    const inUse = world.outside.members.map(({ host, address }) => ({ host, address, state: 'in-use' as const }));
    world.outside.hosts = async () => ({ provisioner: 'spares', hosts: inUse });
    const policy = both('act', { provisioner });
    const { record, operation } = await evaluateOnce(world, { policy });
    expect(operation).toMatchObject({ kind: 'remove-backend', group: 'default', state: 'pending' });
    const needs = drainNeeds();
    needs.see(policy, record);
    expect(needs.current('default')).toBeUndefined();
  });

  it('people rejected the growth of another group to min and approved the removal', async () => {
    const world = small();
    const policy = both('approve', {});
    const by = { at: NOW, by: 'ann', reason: 'not tonight' };
    const evaluated = async () => {
      await world.clock.advanceBy(MINUTE);
      const { record } = await evaluateOnce(world, { policy });
      const open = [...world.kept.operations.values()].find(({ endedAt }) => endedAt === undefined);
      return { record, open };
    };
    const { open: growth } = await evaluated();
    if (growth === undefined) throw new Error('nothing was asked for');
    expect(growth).toMatchObject({ kind: 'add-backend', group: 'reports' });
    world.kept.operations.set(growth.id, { ...growth, cancelRequested: by });
    await evaluated();
    const { open: removal } = await evaluated();
    if (removal?.approval === undefined) throw new Error('nothing was asked for');
    world.kept.operations.set(removal.id, { ...removal, approval: { ...removal.approval, given: by } });
    const { record, open } = await evaluated();
    expect(open).toMatchObject({ kind: 'remove-backend', group: 'default', state: 'pending' });
    const needs = drainNeeds();
    needs.see(policy, record);
    expect(needs.current('default')).toBeUndefined();
  });
});
