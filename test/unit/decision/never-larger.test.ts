import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/decision/admit.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { DecideInput } from '../../../src/decision/input.ts';
import { GUARD_CODES } from '../../../src/domain/codes.ts';
import type { Decision, GroupDecision } from '../../../src/domain/decision.ts';
import { evidence, walk } from '../../support/decision-input.ts';
import { build, only, situation } from './situation.ts';

const RUNS = { numRuns: 80 };

const sizeOf = ({ current = 0, desired = 0 }: GroupDecision): number => Math.abs(desired - current);
/** A change in the same direction and no larger, or none. */
function expectNoLarger(after: Decision, before: Decision): void {
  const [now, then] = [only(after.groups), only(before.groups)];
  expect(sizeOf(now)).toBeLessThanOrEqual(sizeOf(then));
  if (now.action !== 'hold') expect(now.action).toBe(then.action);
}

/** What may come to a world and only ever holds. */
const HOLDS: Readonly<Record<string, (input: DecideInput) => DecideInput>> = {
  'an order to pause': (world) => ({
    ...world,
    memory: {
      ...world.memory,
      pauses: [{ cluster: 'analytics', direction: 'both', since: world.at, until: undefined, by: 'ann', reason: '' }],
    },
  }),
  'another daemon that leads': (world) => ({ ...world, observation: { ...world.observation, leader: false } }),
  'a store that cannot be written': (world) => ({
    ...world,
    observation: { ...world.observation, storeWritable: false },
  }),
  'a clock that jumped': (world) => ({ ...world, observation: { ...world.observation, clockJumped: true } }),
  'a check that keeps it in observe': (world) => ({ ...world, forcedObserve: 'privileges' }),
  'mode observe': (world) => ({ ...world, policy: { ...world.policy, mode: 'observe' } }),
  'a topology that is unknown': (world) => ({
    ...world,
    observation: { ...world.observation, topology: { known: false, reason: 'no answer' } },
  }),
  'no window': (world) => ({
    ...world,
    policy: { ...world.policy, windows: { ...world.policy.windows, allow: [] } },
  }),
};

describe('a guard never enlarges a decision', { timeout: 60_000 }, () => {
  it('with some guards left out, one guard more gives the same change or a smaller one', () => {
    fc.assert(
      fc.property(situation, fc.subarray([...GUARD_CODES]), fc.nat(), (s, leftOut, which) => {
        const without = decide({ ...build(s), leftOut });
        const fewer = leftOut.length === 0 ? [] : leftOut.toSpliced(which % leftOut.length, 1);
        expectNoLarger(decide({ ...build(s), leftOut: fewer }), without);
        expectNoLarger(decide(build(s)), without);
      }),
      RUNS,
    );
  });

  it('each guard alone takes something away from some situation, or nothing', () => {
    fc.assert(
      fc.property(situation, fc.constantFrom(...GUARD_CODES), (s, code) => {
        const none = decide({ ...build(s), leftOut: GUARD_CODES });
        const alone = decide({ ...build(s), leftOut: GUARD_CODES.filter((each) => each !== code) });
        expectNoLarger(alone, none);
        if (sizeOf(only(alone.groups)) < sizeOf(only(none.groups)) && only(alone.groups).action === 'hold')
          expect(only(alone.groups).reasons).toContain(code);
      }),
      RUNS,
    );
  });

  it.each(Object.entries(HOLDS))('%s holds every change, whatever the situation', (_what, hold) => {
    let changes = 0;
    fc.assert(
      fc.property(situation, (s) => {
        const world = build({ ...s, mode: 'act' });
        if (only(decide(world).groups).action !== 'hold') changes += 1;
        expect(only(decide(hold(world)).groups).action).toBe('hold');
        expect(decide(hold(world)).steps).toEqual([]);
      }),
      RUNS,
    );
    expect(changes).toBeGreaterThan(0);
  });
});

describe('admission', { timeout: 60_000 }, () => {
  const members = (world: DecideInput) =>
    world.observation.topology.known ? world.observation.topology.value.backends : [];
  const lacking = { known: false, reason: 'no answer' } as const;
  const looks = fc.record(
    {
      disks: fc.constant(lacking),
      jobs: fc.constant(lacking),
      recycleBin: fc.constant(lacking),
      transactions: fc.constant(lacking),
      ownCheck: fc.constant({ refusal: 'no' }),
      walk: fc.constantFrom(undefined, walk({ tablets: lacking }), walk({ replication: lacking })),
    },
    { requiredKeys: [] },
  );

  it('is never larger than what was decided, whatever evidence is missing, and less evidence allows no more', () => {
    fc.assert(
      fc.property(situation, looks, (s, missing) => {
        const world = build(s);
        const decided = decide(world);
        const whole = evidence(members(world), {});
        const look = (found: typeof whole): Decision =>
          admit(decided, { ...world, observation: { ...world.observation, evidence: found } });
        expectNoLarger(look(whole), decided);
        expectNoLarger(look({ ...whole, ...missing }), look(whole));
      }),
      RUNS,
    );
  });

  it('of what was admitted is what was admitted', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const world = build(s);
        const seen = { ...world, observation: { ...world.observation, evidence: evidence(members(world), {}) } };
        const once = admit(decide(world), seen);
        expect(admit(once, seen).steps).toEqual(once.steps);
      }),
      RUNS,
    );
  });
});

describe('planning again', { timeout: 60_000 }, () => {
  /** The situation once its first step was carried out, at the same instant. */
  const after = (s: Parameters<typeof build>[0], decision: Decision): Parameters<typeof build>[0] => {
    const { current = 0, desired = 0 } = only(decision.groups);
    return { ...s, nodes: desired, spares: Math.max(0, s.spares - Math.max(0, desired - current)) };
  };

  it('with the result goes on in the same direction until it wants nothing more, and then stays', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const first = only(decide(build(s)).groups);
        let now = s;
        let decision = decide(build(now));
        for (let round = 0; decision.steps.length > 0; round += 1) {
          expect(round).toBeLessThanOrEqual(s.nodes + s.min + s.width);
          expect(only(decision.groups).action).toBe(first.action);
          now = after(now, decision);
          decision = decide(build(now));
        }
        expect(decide(build(now))).toEqual(decision);
      }),
      RUNS,
    );
  });
});
