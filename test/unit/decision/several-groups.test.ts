import { describe, expect, it } from 'vitest';
import { decide, wanted } from '../../../src/decision/decide.ts';
import type { DecideInput } from '../../../src/decision/input.ts';
import type { Decision } from '../../../src/domain/decision.ts';
import type { GroupPolicy } from '../../../src/domain/group-policy.ts';
import type { GroupMemory, Rejection } from '../../../src/domain/memory.ts';
import type { ClusterPolicy, FrontendPolicy } from '../../../src/domain/policy.ts';
import {
  backend,
  backends,
  DAY,
  frontendPolicy,
  groupMemory,
  groupPolicy,
  history,
  hosts,
  input,
  memory,
  MINUTE,
  NOW,
  slots,
} from '../../support/decision-input.ts';

/** Three followers serve twelve backends, and no observer may come. */
const FRONTENDS = frontendPolicy({
  backendsPerFrontend: { min: 2, max: 4 },
  observers: { min: 0, max: 0, managed: [] },
  provisioner: 'frontends',
});
const withObservers = (max: number): FrontendPolicy => ({
  ...FRONTENDS,
  backendsPerFrontend: { min: 2, max },
  observers: { min: 0, max: 6, managed: [] },
});

interface Wants {
  readonly nodes: number;
  readonly need: number;
  readonly policy?: Partial<GroupPolicy>;
  readonly memory?: Partial<GroupMemory>;
}

/** The groups `default` and `reports`: both take hosts of `spares`, unless their policies say otherwise. */
function two(
  first: Wants,
  second: Wants,
  given: {
    readonly policy?: Partial<ClusterPolicy>;
    readonly spares?: number;
    readonly rejections?: readonly Rejection[];
  } = {},
): DecideInput {
  const reports = Array.from({ length: second.nodes }, (_, index) => backend(20 + index, { group: 'reports' }));
  const members = [...backends(first.nodes), ...reports];
  const demand = ({ need }: Wants, group: string) => history({ queries: slots('queries', () => need * 100) }, group);
  const free = (host: string) => ({ host, address: `${host}:9050`, state: 'free' as const });
  return input({
    members,
    policy: {
      backends: [groupPolicy(first.policy), groupPolicy({ group: 'reports', ...second.policy })],
      ...given.policy,
    },
    demand: [demand(first, 'default'), demand(second, 'reports')],
    memory: memory({
      groups: [groupMemory(first.memory), groupMemory({ group: 'reports', ...second.memory })],
      rejections: given.rejections ?? [],
    }),
    observation: {
      hosts: {
        ...hosts(members, given.spares ?? 8),
        others: { known: true, value: { provisioner: 'others', hosts: [free('m1'), free('m2')] } },
        frontends: {
          known: true,
          value: { provisioner: 'frontends', hosts: [{ host: 'o1', address: 'o1:9010', state: 'free' }] },
        },
      },
    },
  });
}

const steps = (decision: Decision) =>
  decision.steps.map(({ kind, group, from, to }) => `${kind} ${group} ${String(from)}->${String(to)}`);
const groupIn = (decision: Decision, name: string) => decision.groups.find((each) => each.group === name);

describe('growth of two groups beyond what the frontends serve', () => {
  it.each<{ says: string; first: Wants; second: Wants; steps: readonly string[] }>([
    {
      says: 'is cut where the policy names it last',
      first: { nodes: 5, need: 6.5 },
      second: { nodes: 5, need: 6.5 },
      steps: ['add-backend default 5->7'],
    },
    {
      says: 'is cut where it is no growth to min, wherever the policy names it',
      first: { nodes: 5, need: 6.5 },
      second: { nodes: 5, need: 1, policy: { min: 7 } },
      steps: ['add-backend reports 5->7'],
    },
    {
      says: 'is cut from the last one on where all of it is to min',
      first: { nodes: 5, need: 1, policy: { min: 6 } },
      second: { nodes: 5, need: 1, policy: { min: 7 } },
      steps: ['add-backend default 5->6', 'add-backend reports 5->6'],
    },
    {
      says: 'gets no room from a removal, which is carried out after it',
      first: { nodes: 6, need: 3.5 },
      second: { nodes: 6, need: 6.5 },
      steps: ['remove-backend default 6->5'],
    },
  ])('$says', ({ first, second, steps: expected }) => {
    expect(steps(decide(two(first, second, { policy: { frontend: FRONTENDS } })))).toEqual(expected);
  });

  it('brings an observer first although as many would leave after it', () => {
    const decision = decide(
      two({ nodes: 6, need: 3.5 }, { nodes: 6, need: 6.5 }, { policy: { frontend: withObservers(4) } }),
    );
    expect(steps(decision)).toEqual([
      'add-observer observer 0->1',
      'add-backend reports 6->7',
      'remove-backend default 6->5',
    ]);
  });

  it('brings none where some leave and none comes', () => {
    const decision = decide(
      two({ nodes: 7, need: 3.5 }, { nodes: 6, need: 5.5 }, { policy: { frontend: withObservers(4) } }),
    );
    expect(steps(decision)).toEqual(['remove-backend default 7->6']);
  });
});

describe('spare hosts that two groups draw on', () => {
  const more: Wants = { nodes: 5, need: 8.5 };

  it.each<{ says: string; first?: Wants; second?: Wants; spares: number; steps: readonly string[] }>([
    {
      says: 'enough for both serve both',
      spares: 8,
      steps: ['add-backend default 5->9', 'add-backend reports 5->9'],
    },
    { says: 'too few serve the one that the policy names first', spares: 4, steps: ['add-backend default 5->9'] },
    {
      says: 'what the first one leaves serves the other',
      spares: 6,
      steps: ['add-backend default 5->9', 'add-backend reports 5->7'],
    },
    {
      says: 'growth to min comes first, wherever the policy names it',
      second: { nodes: 5, need: 1, policy: { min: 8 } },
      spares: 4,
      steps: ['add-backend reports 5->8', 'add-backend default 5->6'],
    },
    {
      says: 'a group that must not grow now takes none',
      first: { ...more, memory: { lastOutEndedAt: NOW - MINUTE } },
      spares: 4,
      steps: ['add-backend reports 5->9'],
    },
    {
      says: 'hosts of another provisioner are others',
      second: { ...more, policy: { provisioner: 'others' } },
      spares: 4,
      steps: ['add-backend default 5->9', 'add-backend reports 5->7'],
    },
  ])('$says', ({ first = more, second = more, spares, steps: expected }) => {
    expect(steps(decide(two(first, second, { spares })))).toEqual(expected);
  });

  it('the group that gets none says who does', () => {
    const reports = groupIn(decide(two(more, more, { spares: 4 })), 'reports');
    expect(reports).toMatchObject({ action: 'hold', desired: 5, reasons: ['no-host'] });
    expect(reports?.guards.find(({ code }) => code === 'no-host')).toMatchObject({
      verdict: 'hold',
      detail: 'provisioner spares has 4 free, all for groups that grow first',
    });
  });

  it('no observer comes for backends that cannot come', () => {
    const decision = decide(two(more, more, { spares: 4, policy: { frontend: withObservers(5) } }));
    expect(steps(decision)).toEqual(['add-backend default 5->9']);
    expect(groupIn(decision, 'observer')).toMatchObject({ action: 'hold', recommended: 0 });
  });

  it('growth that was rejected takes none from what is asked for next', () => {
    const no: Rejection = {
      role: 'backend',
      group: 'default',
      direction: 'out',
      to: 9,
      until: NOW + DAY,
      by: 'ann',
      reason: 'not today',
    };
    const policy = { mode: 'approve' as const };
    expect(steps(wanted(two(more, more, { spares: 4, policy })))).toEqual(['add-backend default 5->9']);
    expect(steps(wanted(two(more, more, { spares: 4, policy, rejections: [no] })))).toEqual([
      'add-backend reports 5->9',
    ]);
  });
});
