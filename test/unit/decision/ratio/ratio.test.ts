import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { FrontendPolicy } from '../../../../src/domain/policy.ts';
import {
  backend,
  backends,
  frontend,
  frontendPolicy,
  HEAP,
  hosts,
  HOUR,
  input,
  NOW,
  QUERIES,
  reading,
} from '../../../support/decision-input.ts';

const FE = frontendPolicy({ provisioner: 'frontends' });
const feHosts = (free: number) => ({
  frontends: {
    known: true as const,
    value: {
      provisioner: 'frontends',
      hosts: Array.from({ length: free }, (_, index) => ({
        host: `o${String(index)}`,
        address: `o${String(index)}:9010`,
        state: 'free' as const,
      })),
    },
  },
});
const followers = (count: number) => Array.from({ length: count }, (_, index) => frontend(index));
const observer = (index: number) => frontend(10 + index, { role: 'OBSERVER', isMaster: false });

function decided(options: {
  readonly backends: number;
  readonly need: number;
  readonly followers?: number;
  readonly observers?: number;
  readonly own?: readonly string[];
  readonly frontend?: Partial<FrontendPolicy>;
  readonly freeFrontends?: number;
  readonly at?: number;
  readonly stepIn?: number;
  readonly heap?: Parameters<typeof reading>[1];
}) {
  const members = Array.from({ length: options.backends }, (_, index) =>
    backend(index, { host: `10.1.${String(index >> 7)}.${String((index & 127) + 1)}` }),
  );
  const given = input({
    members,
    need: options.need,
    group: { max: 200, step: { out: 4, in: options.stepIn ?? 1 }, signals: [QUERIES, HEAP] },
    ...(options.at === undefined ? {} : { at: options.at }),
    topology: {
      frontends: [
        ...followers(options.followers ?? 3),
        ...Array.from({ length: options.observers ?? 0 }, (_, index) => observer(index)),
      ],
    },
    observation: {
      hosts: { ...hosts(members, 8), ...feHosts(options.freeFrontends ?? 2) },
      signals: [
        {
          role: 'backend',
          group: 'default',
          readings: [reading(QUERIES), reading(HEAP, { value: 0.5, ...options.heap })],
        },
      ],
    },
    memory: { ownObservers: options.own ?? [] },
  });
  const frontendPolicy = { ...FE, ...options.frontend, followers: (options.followers ?? 3) as 1 | 3 | 5 };
  return decide({ ...given, policy: { ...given.policy, frontend: frontendPolicy } });
}

const kinds = (decision: ReturnType<typeof decide>) =>
  decision.steps.map((step) => `${step.kind} ${String(step.from)}->${String(step.to)}`);

describe('an observer comes first when backends outgrow the frontends', () => {
  it.each([
    {
      says: 'the 61st BE with 3 FEs',
      given: { backends: 60, need: 60.5 },
      steps: ['add-observer 0->1', 'add-backend 60->61'],
    },
    {
      says: 'the 21st BE with 1 follower',
      given: { backends: 20, need: 20.5, followers: 1 },
      steps: ['add-observer 0->1', 'add-backend 20->21'],
    },
    { says: 'the 60th BE needs none', given: { backends: 59, need: 59.5 }, steps: ['add-backend 59->60'] },
    {
      says: 'one that is there already serves',
      given: { backends: 60, need: 60.5, observers: 1 },
      steps: ['add-backend 60->61'],
    },
    {
      says: 'more BEs than the FEs serve today bring one alone',
      given: { backends: 62, need: 61.7 },
      steps: ['add-observer 0->1'],
    },
  ])('$says', ({ given, steps }) => {
    expect(kinds(decided(given))).toEqual(steps);
  });

  it('without a host for it backends grow as far as the frontends serve, and the reason is the ratio', () => {
    const decision = decided({ backends: 58, need: 62, freeFrontends: 0 });
    expect(kinds(decision)).toEqual(['add-backend 58->60']);
    expect(decision.groups[0]?.reasons).toEqual(['ratio']);
    expect(decision.groups[1]).toMatchObject({ role: 'observer', action: 'hold', reasons: ['no-host', 'ratio'] });
  });

  it('shut, both wait for the window', () => {
    const decision = decided({ backends: 60, need: 60.5, at: NOW + 6 * HOUR });
    expect(decision.steps).toEqual([]);
    expect(decision.groups.map((group) => [group.role, group.recommended, group.reasons[0]])).toEqual([
      ['backend', 61, 'outside-window'],
      ['observer', 1, 'outside-window'],
      ['follower', 3, 'within-bounds'],
    ]);
  });

  it('no more than observers.max come', () => {
    const decision = decided({ backends: 60, need: 60.5, frontend: { observers: { min: 0, max: 0, managed: [] } } });
    expect(decision.groups[1]?.reasons).toEqual(['at-max']);
    expect(decision.steps).toEqual([]);
  });

  it('observers.min is reached whatever the backends are', () => {
    expect(
      kinds(decided({ backends: 6, need: 5.4, frontend: { observers: { min: 1, max: 6, managed: [] } } })),
    ).toEqual(['add-observer 0->1']);
  });
});

describe('an observer goes last', () => {
  const own = [observer(0).address];

  it.each([
    { says: 'is above its limit', heap: { value: 0.9 }, holds: 'limit-exceeded' },
    { says: 'is unknown', heap: { quality: 'missing' as const, reason: 'no series' }, holds: 'metrics-unknown' },
    { says: 'is stale', heap: { quality: 'stale' as const }, holds: 'metrics-stale' },
  ])('but stays while the heap of the frontends $says', ({ heap, holds }) => {
    const decision = decided({ backends: 39, need: 38.2, observers: 1, own, heap });
    expect(decision.groups[1]).toMatchObject({ role: 'observer', action: 'hold', recommended: 0 });
    expect(decision.groups[1]?.reasons[0]).toBe(holds);
  });

  it.each([
    {
      says: 'when fewer than 10 BEs per FE are left',
      given: { backends: 39, need: 38.2, observers: 1, own },
      steps: ['remove-observer 1->0'],
    },
    {
      says: 'not while its backends are still there',
      given: { backends: 40, need: 38.2, observers: 1, own },
      steps: ['remove-backend 40->39'],
    },
    {
      says: 'not below observers.min',
      given: { backends: 39, need: 38.2, observers: 1, own, frontend: { observers: { min: 1, max: 6, managed: [] } } },
      steps: [],
    },
    {
      says: 'when the policy names it as managed',
      given: {
        backends: 39,
        need: 38.2,
        observers: 1,
        frontend: { observers: { min: 0, max: 6, managed: [observer(0).host] } },
      },
      steps: ['remove-observer 1->0'],
    },
  ])('$says', ({ given, steps }) => {
    expect(kinds(decided(given))).toEqual(steps);
  });

  it("only one that is ours: somebody else's stays, and the hold says why", () => {
    const decision = decided({ backends: 39, need: 38.2, observers: 1 });
    expect(decision.steps).toEqual([]);
    expect(decision.groups[1]).toMatchObject({ action: 'hold', reasons: ['no-victim', 'ratio'] });
  });

  it('of two only ours', () => {
    const decision = decided({ backends: 39, need: 38.2, observers: 2, own: [observer(1).address] });
    expect(decision.steps[0]?.nodes).toEqual([observer(1).address]);
  });

  it('few backends never reject a policy nor take a follower', () => {
    expect(decided({ backends: 6, need: 5.4 }).groups.map((group) => group.reasons)).toEqual([
      ['within-bounds'],
      ['within-bounds'],
      ['within-bounds'],
    ]);
  });
});

it('without frontend: in the policy FEs are never touched', () => {
  expect(decide(input({ members: backends(6) })).groups.map((group) => group.role)).toEqual(['backend']);
});
