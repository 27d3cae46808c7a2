import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { DecideInput } from '../../../../src/decision/input.ts';
import type { FrontendPolicy } from '../../../../src/domain/policy.ts';
import type { Frontend } from '../../../../src/domain/topology.ts';
import {
  backends,
  DAY,
  frontend,
  groupMemory,
  hosts,
  HOUR,
  input,
  MINUTE,
  NOW,
} from '../../../support/decision-input.ts';

interface Given {
  readonly has: number;
  readonly wants: 1 | 3 | 5;
  readonly observers?: number;
  readonly backends?: number;
  readonly need?: number;
  /** Free hosts of backends. */
  readonly spares?: number;
  readonly change?: (index: number) => Partial<Frontend>;
  readonly free?: number;
  /** Hosts of members that the provisioner does not know. */
  readonly unknown?: readonly string[];
  readonly policy?: Partial<DecideInput['policy']>;
  readonly frontend?: Partial<FrontendPolicy>;
  readonly memory?: Parameters<typeof groupMemory>[0];
  readonly at?: number;
}

function given(options: Given): DecideInput {
  const count = options.backends ?? 6;
  const members = backends(count);
  const frontends = [
    ...Array.from({ length: options.has }, (_, index) => frontend(index, options.change?.(index))),
    ...Array.from({ length: options.observers ?? 0 }, (_, index) =>
      frontend(20 + index, { role: 'OBSERVER', isMaster: false }),
    ),
  ];
  const at = (host: string, state: 'in-use' | 'free') => ({ host, address: `${host}:9010`, state });
  const known = frontends.filter(({ host }) => options.unknown?.includes(host) !== true);
  const inventory = [
    ...known.map(({ host }) => at(host, 'in-use')),
    ...Array.from({ length: options.free ?? 2 }, (_, index) => at(`o${String(index)}`, 'free')),
  ];
  const policy: FrontendPolicy = {
    backendsPerFrontend: { min: 1, max: 20 },
    followers: options.wants,
    observers: { min: 0, max: 6, managed: [] },
    provisioner: 'frontends',
    ...options.frontend,
  };
  return input({
    members,
    need: options.need ?? count - 0.6,
    at: options.at ?? NOW,
    policy: { ...options.policy, frontend: policy },
    topology: { frontends },
    observation: {
      hosts: {
        ...hosts(members, options.spares ?? 0),
        frontends: { known: true, value: { provisioner: 'frontends', hosts: inventory } },
      },
    },
    memory: { groups: [groupMemory({ role: 'follower', group: 'follower', ...options.memory })] },
  });
}

const decided = (options: Given) => {
  const decision = decide(given(options));
  const followers = decision.groups.find(({ role }) => role === 'follower');
  if (followers === undefined) throw new Error('followers were not decided');
  const steps = decision.steps.map(({ kind, from, to, nodes }) =>
    [`${kind} ${String(from)}->${String(to)}`, ...nodes].join(' '),
  );
  return { decision, followers, steps };
};

const dead = (...indexes: readonly number[]) => ({
  change: (index: number): Partial<Frontend> => (indexes.includes(index) ? { alive: false } : {}),
});

describe('followers change by an edit of the policy, one pair at a time', () => {
  it.each<{ readonly says: string; readonly given: Given; readonly steps: readonly string[] }>([
    { says: '3 -> 5 adds two', given: { has: 3, wants: 5 }, steps: ['add-follower 3->5'] },
    { says: '1 -> 3 adds two', given: { has: 1, wants: 3 }, steps: ['add-follower 1->3'] },
    { says: '1 -> 5 comes to 3 first', given: { has: 1, wants: 5 }, steps: ['add-follower 1->3'] },
    {
      says: '5 -> 3 removes two, never the master',
      given: { has: 5, wants: 3 },
      steps: ['remove-follower 5->3 fe5:9010 fe4:9010'],
    },
    {
      says: '5 -> 1 comes to 3 first',
      given: { has: 5, wants: 1 },
      steps: ['remove-follower 5->3 fe5:9010 fe4:9010'],
    },
    {
      says: '3 -> 1 leaves the master alone',
      given: { has: 3, wants: 1 },
      steps: ['remove-follower 3->1 fe3:9010 fe2:9010'],
    },
    { says: 'the number that is wanted stays', given: { has: 3, wants: 3 }, steps: [] },
    { says: 'half a pair that was left is made whole: up', given: { has: 4, wants: 5 }, steps: ['add-follower 4->5'] },
    {
      says: 'half a pair that was left is made whole: down',
      given: { has: 4, wants: 3 },
      steps: ['remove-follower 4->3 fe4:9010'],
    },
    {
      says: 'half a pair far from the number is made whole on the way to it',
      given: { has: 2, wants: 5 },
      steps: ['add-follower 2->3'],
    },
  ])('$says', ({ given: options, steps }) => {
    expect(decided(options).steps).toEqual(steps);
  });

  it('the reason is the policy, and the plan says so', () => {
    const { followers } = decided({ has: 3, wants: 5 });
    expect(followers).toMatchObject({ current: 3, recommended: 5, desired: 5, action: 'scale-out' });
    expect(followers.bindingReason).toBe('followers: 5 in the policy');
  });
});

describe('who leaves', () => {
  it.each<{ readonly says: string; readonly given: Given; readonly nodes: readonly string[] }>([
    {
      says: 'a dead one first: without it fewer must agree',
      given: { has: 5, wants: 3, ...dead(1) },
      nodes: ['fe2:9010', 'fe5:9010'],
    },
    {
      says: 'not one that is protected',
      given: { has: 5, wants: 3, policy: { protect: ['fe5'] } },
      nodes: ['fe4:9010', 'fe3:9010'],
    },
    {
      says: 'not one on a host that the provisioner does not know',
      given: { has: 5, wants: 3, unknown: ['fe4', 'fe5'] },
      nodes: ['fe3:9010', 'fe2:9010'],
    },
    {
      says: 'not the master, wherever it is',
      given: { has: 5, wants: 3, change: (index) => ({ isMaster: index === 4 }) },
      nodes: ['fe4:9010', 'fe3:9010'],
    },
    {
      says: 'rather one that the endpoints do not name',
      given: {
        has: 5,
        wants: 3,
        policy: {
          endpoints: [
            { host: 'fe1', port: 9030 },
            { host: 'fe5', port: 9030 },
          ],
        },
      },
      nodes: ['fe4:9010', 'fe3:9010'],
    },
  ])('$says', ({ given: options, nodes }) => {
    expect(decided(options).decision.steps[0]?.nodes).toEqual(nodes);
  });

  it('of the FEs that the endpoints name one stays', () => {
    const { followers, steps } = decided({
      has: 3,
      wants: 1,
      policy: {
        endpoints: [
          { host: 'fe2', port: 9030 },
          { host: 'fe3', port: 9030 },
        ],
      },
    });
    expect(steps).toEqual([]);
    expect(followers.reasons).toEqual(['no-victim']);
    expect(followers.wouldChangeIf[0]?.detail).toContain('fe2:9010: the last that the endpoints of the policy name');
  });

  it('where the pair is not complete nobody does', () => {
    const { followers, steps } = decided({ has: 3, wants: 1, policy: { protect: ['fe2'] } });
    expect(steps).toEqual([]);
    expect(followers.reasons).toEqual(['no-victim']);
  });
});

describe('the quorum stays on the safe side', () => {
  it.each<{ readonly says: string; readonly given: Given; readonly detail: string }>([
    {
      says: 'no follower comes while one is dead',
      given: { has: 3, wants: 5, ...dead(2) },
      detail: 'follower fe3:9010 is not alive: a new one would weaken the quorum',
    },
    {
      says: 'none leaves while one that stays is dead',
      given: { has: 5, wants: 3, ...dead(2), policy: { protect: ['fe3'] } },
      detail: 'fe3:9010 not: the quorum would not be safe',
    },
    {
      says: 'two dead ones of five do not leave: one more failure would end it on the way',
      given: { has: 5, wants: 3, ...dead(3, 4) },
      detail: 'without fe5:9010 3 of 4 followers must agree, and 3 are alive now',
    },
    {
      says: 'a dead one of three does not leave: the two would bear no failure',
      given: { has: 3, wants: 1, ...dead(2) },
      detail: 'without fe3:9010 2 of 2 followers must agree, and 2 are alive now',
    },
    {
      says: 'nothing is done without a majority',
      given: { has: 3, wants: 5, ...dead(1, 2) },
      detail: '1 of 3 followers alive: no majority',
    },
  ])('$says', ({ given: options, detail }) => {
    const { followers, steps } = decided(options);
    expect(steps).toEqual([]);
    expect(followers.reasons).toContain('quorum');
    expect(followers.guards.find(({ code }) => code === 'quorum')?.detail).toContain(detail);
  });

  it('a dead one is what half a pair gives up', () => {
    expect(decided({ has: 4, wants: 3, ...dead(1) }).steps).toEqual(['remove-follower 4->3 fe2:9010']);
  });
});

describe('what else holds', () => {
  it('one free host is not enough for a pair, and is for half a pair', () => {
    const one = decided({ has: 3, wants: 5, free: 1 });
    expect(one.steps).toEqual([]);
    expect(one.followers.reasons).toEqual(['no-host']);
    expect(decided({ has: 4, wants: 5, free: 1 }).steps).toEqual(['add-follower 4->5']);
  });

  it('outside a window it is in the calendar, pair by pair', () => {
    const { decision, followers, steps } = decided({ has: 1, wants: 5, at: NOW + 6 * HOUR });
    expect(steps).toEqual([]);
    expect(followers.reasons).toEqual(['outside-window', 'step']);
    expect(decision.calendar.filter(({ role }) => role === 'follower')).toEqual([
      {
        role: 'follower',
        group: 'follower',
        at: NOW + 23 * HOUR,
        from: 1,
        to: 3,
        reason: 'followers: 5 in the policy',
      },
      {
        role: 'follower',
        group: 'follower',
        at: NOW + 47 * HOUR,
        from: 3,
        to: 5,
        reason: 'followers: 5 in the policy',
      },
    ]);
  });

  it('what is done now is no entry of the calendar, what comes after it is', () => {
    const { decision } = decided({ has: 5, wants: 1 });
    const entries = decision.calendar.filter(({ role }) => role === 'follower');
    expect(entries).toMatchObject([{ at: NOW + 23 * HOUR, from: 3, to: 1 }]);
  });

  it('additions that came to nothing are tried again after a pause, and the calendar waits for it', () => {
    const { followers } = decided({
      has: 3,
      wants: 5,
      memory: { failedAdditions: 1, lastFailedAdditionAt: NOW - MINUTE },
    });
    expect(followers.reasons).toEqual(['no-host']);
  });

  it('half a pair rests no longer than a day, however often its removal failed', () => {
    const memory = { failedRemovals: 4, lastFailedRemovalAt: NOW - DAY - MINUTE };
    expect(decided({ has: 4, wants: 3, memory }).steps).toHaveLength(1);
    expect(decided({ has: 5, wants: 3, memory }).followers.reasons).toEqual(['backoff']);
  });
});

describe('frontends serve all backends on the way', () => {
  const crowded: Given = { has: 5, wants: 3, backends: 18, frontend: { backendsPerFrontend: { min: 1, max: 5 } } };

  it('an observer comes before followers leave that its backends need', () => {
    const { steps, followers } = decided(crowded);
    expect(steps).toEqual(['add-observer 0->1']);
    expect(followers.reasons).toEqual(['ratio']);
  });

  it('with it they leave, and it stays', () => {
    const { steps } = decided({ ...crowded, observers: 1 });
    expect(steps).toEqual(['remove-follower 5->3 fe5:9010 fe4:9010']);
  });

  it('where no observer may come they stay', () => {
    const { steps, followers } = decided({
      ...crowded,
      frontend: { backendsPerFrontend: { min: 1, max: 5 }, observers: { min: 0, max: 0, managed: [] } },
    });
    expect(steps).toEqual([]);
    expect(followers.reasons).toEqual(['ratio']);
  });
});

describe('followers that come serve backends, too', () => {
  const outgrown: Given = {
    has: 3,
    wants: 5,
    backends: 15,
    need: 15.5,
    frontend: { backendsPerFrontend: { min: 1, max: 5 } },
  };

  it('so no observer comes beside them, and backends grow after them', () => {
    expect(decided({ ...outgrown, spares: 2 }).steps).toEqual(['add-follower 3->5', 'add-backend 15->16']);
  });

  it('where they cannot come an observer does', () => {
    const { steps } = decided({ ...outgrown, spares: 2, free: 1 });
    expect(steps).toEqual(['add-observer 0->1', 'add-backend 15->16']);
  });
});

describe('followers that people changed are theirs', () => {
  it.each([
    { says: 'added', has: 5 },
    { says: 'dropped', has: 2 },
  ])('$says by hand since policy and cluster agreed: reported, left alone', ({ has }) => {
    const { decision, followers, steps } = decided({ has, wants: 3, memory: { settledNodes: 3 } });
    expect(steps).toEqual([]);
    expect(followers.reasons).toEqual(['foreign-operation']);
    expect(followers.guards.find(({ code }) => code === 'foreign-operation')?.detail).toContain(
      `until someone else made them ${String(has)}`,
    );
    expect(decision.calendar.filter(({ role }) => role === 'follower')).toEqual([]);
  });

  it('an edit of the policy is an order again', () => {
    expect(decided({ has: 4, wants: 5, memory: { settledNodes: 3 } }).steps).toEqual(['add-follower 4->5']);
  });
});
