import { describe, expect, it } from 'vitest';
import { drainNeeds } from '../../../src/controller/operation/drain-needs.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { NodeValue } from '../../../src/domain/signal.ts';
import {
  backend,
  backends,
  CPU,
  groupPolicy,
  HEAP,
  history,
  HOUR,
  input,
  MINUTE,
  NOW,
  QUERIES,
  reading,
  slots,
} from '../../support/decision-input.ts';

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
