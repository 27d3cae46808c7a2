import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { CPU, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean, staysWithin } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const OPENS = Date.parse('2026-03-02T01:00:00Z');
const SECOND = 1000;
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };

interface Scenario {
  readonly says: string;
  readonly backends: number;
  readonly min: number;
  readonly ends: number;
}

/** Kills at the n-th call of a port, counted in shares of what an undisturbed operation makes. */
interface Kill {
  readonly share: number;
  readonly when: 'before' | 'after';
  readonly downMs: number;
}

const kills: fc.Arbitrary<readonly Kill[]> = fc.array(
  fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    when: fc.constantFrom('before' as const, 'after' as const),
    downMs: fc.constantFrom(SECOND, 30 * SECOND, 10 * MINUTE, 5 * HOUR),
  }),
  { minLength: 1, maxLength: 3 },
);

const begin = async ({ backends, min }: Scenario): Promise<Simulation> => {
  const simulation = await simulate({
    startAt: '2026-03-02T00:55:00Z',
    intervalMs: MINUTE,
    // Needs 4.2 nodes at any time.
    cluster: { backends, load: () => 2.5 },
    policy: { windows: windowsPolicy(), backends: [groupPolicy({ signals: [SIXTY], min, step: { out: 4, in: 1 } })] },
  });
  await simulation.advanceTo(OPENS - SECOND);
  return simulation;
};

/** Killed before it could not be taken back, and down until its window had closed: it begins anew in the next one. */
const hadNoWindow = ({ state, reason }: Operation): boolean =>
  state === 'cancelled' && reason.startsWith('the window closed before this ');

const begunIn = async (simulation: Simulation): Promise<readonly Operation[]> =>
  (await simulation.operations()).filter((operation) => !hadNoWindow(operation));

/** Until every operation has ended, and an hour more: what is left undone would be taken up in it. */
const finish = async (simulation: Simulation): Promise<void> => {
  // A removal that was cancelled rests for a day.
  const latest = simulation.clock.now() + 54 * HOUR;
  await simulation.advanceBy(10 * MINUTE);
  while (simulation.clock.now() < latest) {
    const operations = await begunIn(simulation);
    if (operations.length > 0 && operations.every(({ endedAt }) => endedAt !== undefined)) break;
    await simulation.advanceBy(10 * MINUTE);
  }
  await simulation.advanceBy(HOUR);
};

const suffer = async (simulation: Simulation, { share, when, downMs }: Kill, calls: number): Promise<void> => {
  simulation.life().endAt(Math.floor(share * calls), when);
  const latest = simulation.clock.now() + 2 * HOUR;
  while (!simulation.life().dead() && simulation.clock.now() < latest) await simulation.advanceBy(10 * SECOND);
  await simulation.kill();
  await simulation.advanceBy(downMs);
  await simulation.start();
};

describe('a daemon that is killed at any call, and started again', () => {
  it.each<Scenario>([
    { says: 'takes out one backend and no other', backends: 6, min: 3, ends: 5 },
    { says: 'adds two backends and no more', backends: 6, min: 8, ends: 8 },
  ])('$says', { timeout: 300_000 }, async (scenario) => {
    const undisturbed = await begin(scenario);
    const from = undisturbed.life().calls();
    while ((await undisturbed.operations())[0]?.endedAt === undefined) await undisturbed.advanceBy(10 * SECOND);
    const calls = undisturbed.life().calls() - from;
    await undisturbed.end();

    await fc.assert(
      fc.asyncProperty(kills, async (all) => {
        const simulation = await begin(scenario);
        try {
          for (const kill of all) await suffer(simulation, kill, calls);
          await finish(simulation);
          const operations = await begunIn(simulation);
          expect(operations.map(({ kind, state, reason }) => `${kind} ${state} ${reason}`)).toHaveLength(1);
          expect(operations[0]?.state).toBe('succeeded');
          const backends = simulation.cluster.backends();
          expect(backends.filter(({ registered }) => registered)).toHaveLength(scenario.ends);
          expect(backends.filter(({ registered, running }) => registered !== running)).toEqual([]);
          const refused = simulation.cluster
            .statements()
            .filter(({ outcome, text }) => outcome === 'error' && /^\s*ALTER SYSTEM/.test(text));
          expect(refused).toEqual([]);
          changesNeedWindows(simulation);
          leftClean(simulation);
          const bounds = [scenario.backends, scenario.ends];
          staysWithin(simulation, { least: Math.min(...bounds), most: Math.max(...bounds) });
        } finally {
          await simulation.end();
        }
      }),
      { numRuns: 6 },
    );
  });
});
