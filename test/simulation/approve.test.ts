import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { CPU, DAY, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const SECOND = 1000;
/** People are at work; windows are open from 01:00 to 05:00. */
const DAYTIME = Date.parse('2026-03-01T10:00:00Z');
const NIGHT = Date.parse('2026-03-02T01:00:00Z');
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };

interface Kill {
  /** The n-th call of a port from then on. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

const kills: fc.Arbitrary<readonly Kill[]> = fc.array(
  fc.record({ call: fc.nat(60), when: fc.constantFrom('before' as const, 'after' as const) }),
  { maxLength: 2 },
);

const begin = async (min = 3): Promise<Simulation> =>
  await simulate({
    startAt: '2026-03-01T10:00:00Z',
    intervalMs: 5 * MINUTE,
    // Needs 4.2 nodes at any time.
    cluster: { backends: 6, load: () => 2.5 },
    policy: {
      mode: 'approve',
      windows: windowsPolicy(),
      backends: [groupPolicy({ signals: [SIXTY], min, step: { out: 4, in: 1 } })],
    },
  });

const suffer = async (simulation: Simulation, all: readonly Kill[]): Promise<void> => {
  for (const { call, when } of all) {
    simulation.life().endAt(call, when);
    const latest = simulation.clock.now() + 20 * MINUTE;
    while (!simulation.life().dead() && simulation.clock.now() < latest) await simulation.advanceBy(10 * SECOND);
    await simulation.kill();
    await simulation.advanceBy(30 * SECOND);
    await simulation.start();
  }
};

const open = async (simulation: Simulation): Promise<Operation | undefined> =>
  (await simulation.operations()).find(({ endedAt }) => endedAt === undefined);

describe('mode approve, killed at any call and started again', () => {
  it.each([
    { says: 'a removal', min: 3, kind: 'remove-backend', ends: 5 },
    { says: 'an addition', min: 8, kind: 'add-backend', ends: 8 },
  ])('$says is asked for once, and done once after a yes', { timeout: 300_000 }, async ({ min, kind, ends }) => {
    await fc.assert(
      fc.asyncProperty(kills, kills, async (whileAsked, whileBegun) => {
        const simulation = await begin(min);
        try {
          await suffer(simulation, whileAsked);
          await simulation.advanceBy(30 * MINUTE);
          const proposal = await open(simulation);
          expect(proposal).toMatchObject({ kind, state: 'proposed' });
          expect(await simulation.operations()).toHaveLength(1);
          expect(simulation.notices.map(({ event }) => event)).toContain('approval-needed');
          expect(await simulation.answer(proposal?.id ?? '', 'approve')).toBe(true);
          await simulation.advanceTo(NIGHT - SECOND);
          expect(simulation.changes()).toEqual([]);
          await suffer(simulation, whileBegun);
          await simulation.advanceTo(NIGHT + 4 * HOUR);
          const done = (await simulation.operations()).filter(({ startedAt }) => startedAt !== undefined);
          expect(done).toMatchObject([{ id: proposal?.id, state: 'succeeded', approval: { given: { by: 'ann' } } }]);
          expect(simulation.members()).toBe(ends);
          changesNeedWindows(simulation);
          leftClean(simulation);
        } finally {
          await simulation.end();
        }
      }),
      { numRuns: 3 },
    );
  });

  it('without a yes nothing is ever sent: it is asked for anew for each night', { timeout: 120_000 }, async () => {
    const simulation = await begin();
    try {
      await simulation.advanceTo(DAYTIME + 3 * DAY);
      expect(simulation.changes()).toEqual([]);
      const ended = (await simulation.operations()).filter(({ endedAt }) => endedAt !== undefined);
      expect(ended.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
        'cancelled approval-expired: nobody answered until Wed 04:50',
        'cancelled approval-expired: nobody answered until Tue 04:50',
        'cancelled approval-expired: nobody answered until Mon 04:50',
      ]);
      expect(simulation.notices.filter(({ event }) => event === 'approval-needed')).toHaveLength(4);
    } finally {
      await simulation.end();
    }
  });

  it('a no rests for a day, and nothing was sent', { timeout: 120_000 }, async () => {
    const simulation = await begin();
    try {
      await simulation.advanceBy(30 * MINUTE);
      expect(await simulation.answer((await open(simulation))?.id ?? '', 'cancel')).toBe(true);
      await simulation.advanceTo(DAYTIME + DAY);
      expect(await open(simulation)).toBeUndefined();
      await simulation.advanceTo(DAYTIME + DAY + HOUR);
      expect(await open(simulation)).toMatchObject({ state: 'proposed' });
      expect(simulation.changes()).toEqual([]);
    } finally {
      await simulation.end();
    }
  });

  it('a backend that a person took out by day voids the yes', { timeout: 120_000 }, async () => {
    const simulation = await begin();
    try {
      await simulation.advanceBy(30 * MINUTE);
      const proposal = await open(simulation);
      await simulation.answer(proposal?.id ?? '', 'approve');
      simulation.byHand(`ALTER SYSTEM DECOMMISSION BACKEND "${proposal?.targets[0]?.node ?? ''}"`);
      await simulation.advanceBy(30 * MINUTE);
      expect((await simulation.operations()).find(({ id }) => id === proposal?.id)).toMatchObject({
        state: 'cancelled',
        reason: 'approval-expired: asked for from 6 nodes, now there are 5',
      });
      expect(simulation.changes()).toEqual([]);
    } finally {
      await simulation.end();
    }
  });
});
