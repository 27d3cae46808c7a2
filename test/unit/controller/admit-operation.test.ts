import { describe, expect, it } from 'vitest';
import { admitOperation } from '../../../src/controller/admit-operation.ts';
import type { PlannedStep } from '../../../src/domain/decision.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { backends, clusterPolicy, NOW, observation, windowsPolicy } from '../../support/decision-input.ts';

const MEMBERS = backends(6);
const REMOVE: PlannedStep = {
  kind: 'remove-backend',
  role: 'backend',
  group: 'default',
  from: 6,
  to: 5,
  nodes: ['10.0.0.6:9050'],
  estimatedMs: undefined,
  reasons: ['step'],
};
const ADD: PlannedStep = { ...REMOVE, kind: 'add-backend', to: 8, nodes: [] };
const OBSERVER: PlannedStep = { ...ADD, kind: 'add-observer', role: 'observer', group: 'observer', from: 0, to: 1 };
const SHUT = windowsPolicy({ allow: [{ form: 'weekly', name: 'noon', days: [1], startMinute: 720, endMinute: 780 }] });

function admitted(
  steps: readonly PlannedStep[],
  given: { readonly policy?: Partial<ClusterPolicy>; readonly seen?: Partial<Observation> } = {},
): Operation | undefined {
  const policy = clusterPolicy({ mode: 'act', ...given.policy });
  return admitOperation({
    policy,
    decision: { at: NOW, groups: [], steps, calendar: [] },
    observation: { ...observation(MEMBERS, policy), ...given.seen },
    ids: { next: () => '01ID', digest: (text) => text },
    recordId: 'r1',
    at: NOW,
  });
}

describe('an operation is admitted', () => {
  it('as intent and nothing more, pinned to the cluster that was seen', () => {
    expect(admitted([REMOVE])).toMatchObject({
      id: '01ID',
      kind: 'remove-backend',
      state: 'pending',
      from: 6,
      to: 5,
      recordId: 'r1',
      createdAt: NOW,
      startedAt: undefined,
      steps: [],
      clusterId: '77',
      because: 'step',
    });
  });

  it('with the id, bytes and tablets of the backend, so that another one under its address is told apart', () => {
    const victim = MEMBERS.find(({ address }) => address === '10.0.0.6:9050');
    expect(admitted([REMOVE])?.targets).toEqual([
      {
        node: '10.0.0.6:9050',
        backendId: victim?.id,
        bytes: victim?.dataUsedBytes,
        tablets: victim?.tablets,
      },
    ]);
  });

  it('with one target for each node that is added', () => {
    expect(admitted([ADD])?.targets).toHaveLength(2);
    expect(admitted([OBSERVER])?.targets).toHaveLength(1);
  });

  it('for the first step only: the others are decided again after it', () => {
    expect(admitted([OBSERVER, ADD])?.kind).toBe('add-observer');
  });

  it.each([
    ['there is no step', [], {}],
    ['the mode is observe', [REMOVE], { policy: { mode: 'observe' } }],
    ['the cluster is unknown', [REMOVE], { seen: { topology: { known: false, reason: 'no master' } } }],
    ['it names nobody', [{ ...REMOVE, nodes: [] }], {}],
  ] as const)('but not when %s', (_name, steps, given) => {
    expect(admitted(steps, given)).toBeUndefined();
  });
});

describe('what overrode the window is written down', () => {
  it.each([
    ['nothing in an open window', ADD, { policy: { windows: windowsPolicy({ scaleOut: 'anytime' }) } }, undefined],
    ['scaleOut: anytime', ADD, { policy: { windows: { ...SHUT, scaleOut: 'anytime' } } }, 'anytime'],
    [
      'an emergency',
      ADD,
      { policy: { windows: SHUT }, seen: { emergency: { known: true, value: true } } },
      'emergency',
    ],
    [
      'no emergency that is unknown',
      ADD,
      { policy: { windows: SHUT }, seen: { emergency: { known: false, reason: 'no data' } } },
      undefined,
    ],
    [
      'never for a removal',
      REMOVE,
      { policy: { windows: { ...SHUT, scaleOut: 'anytime' } }, seen: { emergency: { known: true, value: true } } },
      undefined,
    ],
  ] as const)('%s', (_name, step, given, window) => {
    const [admission] = admitted([step], given)?.steps ?? [];
    expect(admission?.data['window']).toBe(window);
    if (window !== undefined) expect(admission).toMatchObject({ key: 'all.admission', state: 'done' });
  });
});
