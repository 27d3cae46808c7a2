import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { majorityOf } from '../../src/decision/ratio/quorum.ts';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import type { SimulatedFrontend } from '../../src/simulator/cluster.ts';
import { CPU, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const SECOND = 1000;
const OPENS = Date.parse('2026-03-02T01:00:00Z');
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };

type Count = 1 | 3 | 5;

const running: Simulation[] = [];
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});

/** A quiet cluster five minutes before its window; `order` edits the policy. */
async function begin(options: {
  readonly has: Count;
  readonly wants: Count;
  readonly version?: '2.1' | '3.0' | '4.0';
  readonly backends?: number;
}): Promise<Simulation & { readonly order: (followers: Count) => void }> {
  const frontend = {
    backendsPerFrontend: { min: 1, max: 20 },
    followers: options.wants,
    observers: { min: 0, max: 2, managed: [] },
    provisioner: 'spares',
  };
  const simulation = await simulate({
    startAt: '2026-03-02T00:55:00Z',
    intervalMs: MINUTE,
    cluster: {
      version: options.version ?? '4.0',
      frontends: options.has,
      spareFrontends: 4,
      backends: options.backends ?? 5,
      load: () => 2.5,
    },
    policy: { windows: windowsPolicy(), backends: [groupPolicy({ signals: [SIXTY] })], frontend },
  });
  running.push(simulation);
  await simulation.advanceTo(OPENS - SECOND);
  return {
    ...simulation,
    order(followers) {
      frontend.followers = followers;
    },
  };
}

const followersOf = (simulation: Simulation): readonly SimulatedFrontend[] =>
  simulation.cluster.frontends().filter(({ registered, role }) => registered && role === 'FOLLOWER');
const masterOf = (simulation: Simulation): string | undefined =>
  simulation.cluster.frontends().find(({ isMaster }) => isMaster)?.host;
const statementsOf = (simulation: Simulation): readonly string[] =>
  simulation
    .changes()
    .map(({ text }) => text)
    .filter((text) => text.includes('FOLLOWER'))
    .map((text) => text.replace(/ "[^"]*"$/, ''));

/** Until nothing is open and the number is odd, then some evaluations more. */
async function settle(simulation: Simulation, hours = 30, look: () => void = () => undefined): Promise<void> {
  const latest = simulation.clock.now() + hours * HOUR;
  while (simulation.clock.now() < latest) {
    await simulation.advanceBy(SECOND);
    look();
    const operations = await simulation.operations();
    if (operations.length > 0 && operations.every(({ endedAt }) => endedAt !== undefined)) break;
    if (operations.length === 0) await simulation.advanceBy(MINUTE);
  }
  await simulation.advanceBy(5 * MINUTE);
}

/** What must hold whatever happens: processes and rows belong together, and nothing was sent that a window forbids. */
function endsWell(simulation: Simulation, followers: number): void {
  expect(followersOf(simulation)).toHaveLength(followers);
  const apart = simulation.cluster.frontends().filter(({ registered, running: runs }) => registered !== runs);
  expect(apart).toEqual([]);
  changesNeedWindows(simulation);
  leftClean(simulation);
}

describe('in one window', { timeout: 240_000 }, () => {
  it.each<{ readonly has: Count; readonly wants: Count; readonly version: '2.1' | '3.0' | '4.0' }>([
    { has: 3, wants: 5, version: '4.0' },
    { has: 1, wants: 3, version: '4.0' },
    { has: 5, wants: 3, version: '4.0' },
    { has: 3, wants: 1, version: '4.0' },
    { has: 3, wants: 5, version: '2.1' },
    { has: 5, wants: 3, version: '2.1' },
    { has: 1, wants: 3, version: '3.0' },
  ])('$has followers become $wants ($version), and a majority is alive at every look', async (change) => {
    const simulation = await begin(change);
    const evenMs: number[] = [];
    let sampled = 0;
    await settle(simulation, 3, () => {
      const followers = followersOf(simulation);
      sampled += 1;
      expect(followers.filter(({ running: runs }) => runs).length).toBeGreaterThanOrEqual(
        Math.min(majorityOf(followers.length), followers.length - 1),
      );
      if (followers.length % 2 === 0) evenMs.push(simulation.clock.now());
    });
    expect(sampled).toBeGreaterThan(0);
    endsWell(simulation, change.wants);
    const verb = change.wants > change.has ? 'ADD' : 'DROP';
    expect(statementsOf(simulation)).toEqual([`ALTER SYSTEM ${verb} FOLLOWER`, `ALTER SYSTEM ${verb} FOLLOWER`]);
    expect((evenMs.at(-1) ?? 0) - (evenMs[0] ?? 0)).toBeLessThan(2 * MINUTE);
    expect((await simulation.operations()).map(({ state }) => state)).toEqual(['succeeded']);
  });

  it('1 becomes 5 by two pairs, and 5 becomes 3 again by an edit of the policy', async () => {
    const simulation = await begin({ has: 1, wants: 5 });
    await settle(simulation, 3);
    await settle(simulation, 3);
    endsWell(simulation, 5);
    simulation.order(3);
    await simulation.advanceBy(2 * MINUTE);
    await settle(simulation, 30);
    endsWell(simulation, 3);
    expect(
      (await simulation.operations()).map(({ kind, from, to }) => `${kind} ${String(from)} ${String(to)}`),
    ).toEqual(['remove-follower 5 3', 'add-follower 3 5', 'add-follower 1 3']);
  });
});

describe('people and followers', { timeout: 240_000 }, () => {
  it('a follower that someone drops is not added again, nor is the number mended, until the policy is edited', async () => {
    const simulation = await begin({ has: 3, wants: 3 });
    await simulation.advanceBy(2 * MINUTE);
    const [leaves] = followersOf(simulation).filter(({ isMaster }) => !isMaster);
    simulation.byHand(`ALTER SYSTEM DROP FOLLOWER "${leaves?.host ?? ''}:${String(leaves?.ports.editLog ?? 0)}"`);
    await simulation.advanceBy(2 * HOUR);
    expect(statementsOf(simulation)).toEqual([]);
    const last = simulation.records.at(-1)?.groups.find(({ role }) => role === 'follower');
    expect(last).toMatchObject({ current: 2, recommended: 3, desired: 2, reasons: ['foreign-operation'] });
    simulation.order(5);
    await simulation.advanceBy(2 * MINUTE);
    await settle(simulation, 30);
    await settle(simulation, 30);
    expect(followersOf(simulation)).toHaveLength(5);
  });
});

describe('a failover in the middle', { timeout: 240_000 }, () => {
  it.each<{ readonly has: Count; readonly wants: Count; readonly after: string }>([
    { has: 3, wants: 5, after: 'ADD FOLLOWER' },
    { has: 5, wants: 3, after: 'DROP FOLLOWER' },
  ])('of $has -> $wants, after the first $after', async ({ has, wants, after }) => {
    const simulation = await begin({ has, wants });
    while (statementsOf(simulation).length === 0) await simulation.advanceBy(SECOND);
    const master = masterOf(simulation);
    expect(statementsOf(simulation)).toEqual([`ALTER SYSTEM ${after}`]);
    simulation.cluster.killFrontend(master ?? '', simulation.clock.now());
    await simulation.advanceBy(2 * MINUTE);
    expect(masterOf(simulation)).not.toBe(master);
    simulation.cluster.startFrontend(master ?? '', undefined, simulation.clock.now());
    await settle(simulation, 3);
    // What could not be finished is finished by the next operation; no number is even at rest.
    for (let nights = 0; followersOf(simulation).length !== wants && nights < 3; nights += 1) {
      await simulation.advanceBy(24 * HOUR);
    }
    endsWell(simulation, wants);
  });
});

describe('a follower that dies in the middle', { timeout: 240_000 }, () => {
  it('keeps the second of a pair away; back again, the pair is made whole in the next window', async () => {
    const simulation = await begin({ has: 3, wants: 5 });
    while (statementsOf(simulation).length === 0) await simulation.advanceBy(SECOND);
    const [dies] = followersOf(simulation).filter(({ isMaster, running: runs }) => !isMaster && runs);
    simulation.cluster.killFrontend(dies?.host ?? '', simulation.clock.now());
    await simulation.advanceBy(HOUR);
    expect(statementsOf(simulation).filter((text) => text.includes('ADD'))).toHaveLength(1);
    const reported = simulation.notices.filter(({ event }) => event === 'operation-failed');
    expect(reported.map(({ lines }) => lines.join('\n')).join('\n')).toContain('is not alive');
    simulation.cluster.startFrontend(dies?.host ?? '', undefined, simulation.clock.now());
    await simulation.advanceBy(30 * HOUR);
    endsWell(simulation, 5);
  });

  it('an edit back to the old number takes the half out again that was left', async () => {
    const simulation = await begin({ has: 3, wants: 3 });
    await simulation.advanceBy(2 * MINUTE);
    simulation.order(5);
    while (statementsOf(simulation).length === 0) await simulation.advanceBy(SECOND);
    const [dies] = followersOf(simulation).filter(({ isMaster, running: runs }) => !isMaster && runs);
    simulation.cluster.killFrontend(dies?.host ?? '', simulation.clock.now());
    await simulation.advanceBy(30 * MINUTE);
    expect(followersOf(simulation)).toHaveLength(4);
    simulation.order(3);
    await simulation.advanceBy(30 * MINUTE);
    // The dead one is what leaves: without it three of three are alive.
    expect(followersOf(simulation).map(({ host }) => host)).not.toContain(dies?.host);
    endsWell(simulation, 3);
  });

  it('of five is the one that leaves', async () => {
    const simulation = await begin({ has: 5, wants: 5 });
    const [dead] = followersOf(simulation).filter(({ isMaster }) => !isMaster);
    simulation.cluster.killFrontend(dead?.host ?? '', simulation.clock.now());
    await simulation.advanceBy(2 * MINUTE);
    simulation.order(3);
    await simulation.advanceBy(2 * MINUTE);
    await settle(simulation, 3);
    expect(followersOf(simulation).map(({ host }) => host)).not.toContain(dead?.host);
    endsWell(simulation, 3);
  });
});

describe('a daemon that is killed at any call, and started again', { timeout: 480_000 }, () => {
  const kills = fc.array(
    fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      when: fc.constantFrom('before' as const, 'after' as const),
      downMs: fc.constantFrom(SECOND, 30 * SECOND, 10 * MINUTE, 5 * HOUR),
    }),
    { minLength: 1, maxLength: 3 },
  );

  it.each<{ readonly has: Count; readonly wants: Count }>([
    { has: 3, wants: 5 },
    { has: 5, wants: 3 },
    { has: 1, wants: 3 },
  ])('ends with $wants of $has followers, no statement sent twice', async (change) => {
    const undisturbed = await begin(change);
    const from = undisturbed.life().calls();
    while ((await undisturbed.operations())[0]?.endedAt === undefined) await undisturbed.advanceBy(10 * SECOND);
    const calls = undisturbed.life().calls() - from;

    await fc.assert(
      fc.asyncProperty(kills, async (all) => {
        const simulation = await begin(change);
        try {
          for (const { share, when, downMs } of all) {
            simulation.life().endAt(Math.floor(share * calls), when);
            const latest = simulation.clock.now() + 2 * HOUR;
            while (!simulation.life().dead() && simulation.clock.now() < latest) {
              await simulation.advanceBy(10 * SECOND);
            }
            await simulation.kill();
            await simulation.advanceBy(downMs);
            await simulation.start();
          }
          await settle(simulation);
          for (let nights = 0; followersOf(simulation).length !== change.wants && nights < 3; nights += 1) {
            await simulation.advanceBy(24 * HOUR);
          }
          endsWell(simulation, change.wants);
          const refused = simulation.cluster
            .statements()
            .filter(({ outcome, text }) => outcome === 'error' && /^\s*ALTER SYSTEM/.test(text));
          expect(refused).toEqual([]);
        } finally {
          await simulation.end();
        }
      }),
      { numRuns: 5 },
    );
  });
});
