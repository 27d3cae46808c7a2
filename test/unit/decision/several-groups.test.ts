import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/decision/decide.ts';
import type { DecideInput } from '../../../src/decision/input.ts';
import type { Decision } from '../../../src/domain/decision.ts';
import type { GroupPolicy } from '../../../src/domain/group-policy.ts';
import type { ClusterPolicy, FrontendPolicy } from '../../../src/domain/policy.ts';
import {
  backend,
  backends,
  groupMemory,
  groupPolicy,
  history,
  hosts,
  input,
  memory,
  slots,
} from '../../support/decision-input.ts';

/** Three followers serve twelve backends, and no observer may come. */
const FRONTENDS: FrontendPolicy = {
  backendsPerFrontend: { min: 2, max: 4 },
  followers: 3,
  observers: { min: 0, max: 0, managed: [] },
  provisioner: 'frontends',
};
const withObservers = (max: number): FrontendPolicy => ({
  ...FRONTENDS,
  backendsPerFrontend: { min: 2, max },
  observers: { min: 0, max: 6, managed: [] },
});

interface Wants {
  readonly nodes: number;
  readonly need: number;
  readonly policy?: Partial<GroupPolicy>;
}

/** The groups `default` and `reports`. */
function two(first: Wants, second: Wants, given: { readonly policy?: Partial<ClusterPolicy> } = {}): DecideInput {
  const reports = Array.from({ length: second.nodes }, (_, index) => backend(20 + index, { group: 'reports' }));
  const members = [...backends(first.nodes), ...reports];
  const demand = ({ need }: Wants, group: string) => history({ queries: slots('queries', () => need * 100) }, group);
  const { spares } = hosts(members, 8);
  return input({
    members,
    policy: {
      backends: [groupPolicy(first.policy), groupPolicy({ group: 'reports', ...second.policy })],
      ...given.policy,
    },
    demand: [demand(first, 'default'), demand(second, 'reports')],
    memory: memory({
      groups: [groupMemory(), { ...groupMemory(), group: 'reports' }],
    }),
    observation: {
      hosts: {
        ...(spares === undefined ? {} : { spares }),
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
