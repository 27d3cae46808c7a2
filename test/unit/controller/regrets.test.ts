import { describe, expect, it } from 'vitest';
import { resumeCluster } from '../../../src/app/orders/resume-cluster.ts';
import { recallRegrets } from '../../../src/controller/memory/regrets.ts';
import { backends, clusterPolicy, DAY, groupPolicy, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';
import { ended, evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

const KEY = { role: 'backend', group: 'default' } as const;
const policy = clusterPolicy({ mode: 'observe', backends: [groupPolicy({ minHoldMs: DAY })] });

/** Six backends were seen, the first was removed, and its row is gone. */
async function afterScaleIn(world: InMemory, endsAfterMs = MINUTE): Promise<void> {
  await evaluateOnce(world, { policy });
  world.kept.operations.set('op', ended({ id: 'op', endedAt: world.clock.now() + endsAfterMs, from: 6, to: 5 }));
  world.outside.members = backends(6).slice(1);
  for (let look = 0; look < 3; look += 1) {
    await world.clock.advanceBy(MINUTE);
    await evaluateOnce(world, { policy });
  }
}

async function judgedAfter(world: InMemory, ms: number) {
  await world.clock.advanceBy(ms);
  const { record } = await evaluateOnce(world, { policy });
  return record.judged ?? [];
}

describe('a scale-in of ours', () => {
  it('is judged a day after its end, once, and a crash or a restart changes nothing', async () => {
    const world = inMemory();
    await afterScaleIn(world);
    expect(await judgedAfter(world, 23 * HOUR)).toEqual([]);
    const judged = await judgedAfter(world, HOUR);
    expect(judged).toMatchObject([{ id: 'op', group: 'default', regrets: [], known: true }]);
    expect(await judgedAfter(world, MINUTE)).toEqual([]);
    expect((await recallRegrets(world.ports.memory, 'analytics', KEY)).judged).toHaveLength(1);
    expect(world.notices).toEqual([]);
  });

  it('is regretted when a person brings the node back, and people are told', async () => {
    const world = inMemory();
    await afterScaleIn(world);
    await world.clock.advanceBy(5 * HOUR);
    world.outside.members = backends(6);
    await evaluateOnce(world, { policy });
    expect(await judgedAfter(world, 19 * HOUR)).toMatchObject([{ regrets: ['reverted'], from: 6, to: 5 }]);
    expect(world.notices.at(-1)).toMatchObject({
      event: 'change-regretted',
      title: 'be/default 6 -> 5 of Tue 02:01 is regretted: reverted',
      lines: ['6 nodes again 5 h later.'],
    });
    const { totals } = await recallRegrets(world.ports.memory, 'analytics', KEY);
    expect(totals).toEqual({ reverted: 1, 'above-target': 0, 'never-used': 0 });
  });

  it('is held from its start on where it had waited for a yes, not from when people were asked', async () => {
    const world = inMemory();
    await afterScaleIn(world);
    world.kept.operations.set(
      'op',
      ended({ id: 'op', endedAt: NOW + MINUTE, startedAt: NOW, createdAt: NOW - 20 * HOUR, from: 6, to: 5 }),
    );
    await world.clock.advanceBy(5 * HOUR);
    world.outside.members = backends(6);
    await evaluateOnce(world, { policy });
    expect(await judgedAfter(world, 19 * HOUR)).toMatchObject([{ regrets: ['reverted'] }]);
  });

  it('is regretted when the load of the next day is above the target of those that stayed', async () => {
    const world = inMemory();
    world.outside.history = (at) => (at >= NOW + 8 * HOUR && at < NOW + 10 * HOUR ? 560 : 350);
    await afterScaleIn(world);
    expect(await judgedAfter(world, DAY)).toMatchObject([
      { regrets: ['above-target'], detail: '120 min above the target in the day after it' },
    ]);
  });

  it.each([
    { says: 'another tag takes one of them later', until: 1, group: 'reports' },
    { says: 'one of them is gone for a while later', until: 3, group: undefined },
  ])('is judged by the nodes that there were, though $says', async ({ until, group }) => {
    const world = inMemory();
    // Too much for four, not for the five that there are until the day is nearly over.
    world.outside.history = (at) => (at >= NOW + 8 * HOUR && at < NOW + 10 * HOUR ? 450 : 350);
    await afterScaleIn(world, 2 * MINUTE);
    await world.clock.advanceBy(23 * HOUR + 40 * MINUTE);
    const [first, ...others] = world.outside.members;
    if (first === undefined) throw new Error('no member');
    world.outside.members = group === undefined ? others : [...others, { ...first, group }];
    for (let look = 0; look < until; look += 1) await judgedAfter(world, MINUTE);
    if (group === undefined) world.outside.members = [first, ...others];
    const judged = [...(await judgedAfter(world, MINUTE)), ...(await judgedAfter(world, 30 * MINUTE))];
    expect(judged.map(({ regrets }) => regrets)).toEqual([[]]);
  });

  it('is not judged while nothing can be written or seen', async () => {
    const world = inMemory();
    await afterScaleIn(world);
    await world.clock.advanceBy(DAY);
    world.outside.writable = async () => false;
    expect((await evaluateOnce(world, { policy })).record.judged).toBeUndefined();
    world.outside.writable = async () => true;
    expect(await judgedAfter(world, MINUTE)).toHaveLength(1);
  });

  it('of long ago is not judged any more', async () => {
    const world = inMemory();
    world.kept.operations.set('old', ended({ id: 'old', endedAt: NOW - 5 * DAY, from: 6, to: 5 }));
    world.kept.operations.set('cut', ended({ id: 'cut', endedAt: NOW - DAY, from: 6, to: 5, state: 'cancelled' }));
    expect(await judgedAfter(world, MINUTE)).toEqual([]);
  });
});

describe('the fourth regret', () => {
  /** As many removals that were taken back within a day, one a day until yesterday. */
  const regretted = (world: InMemory, count: number): void => {
    const judged = Array.from({ length: count }, (_, index) => ({
      id: String(index + 1),
      endedAt: NOW - (index + 2) * DAY,
      from: 6,
      to: 5,
      judgedAt: NOW - (index + 1) * DAY,
      regrets: ['reverted'],
      known: true,
      detail: '',
    }));
    const totals = { reverted: count, 'above-target': 0, 'never-used': 0 };
    world.kept.facts.set('backend/default/regrets', JSON.stringify({ judged, totals }));
  };

  it('lets scale-in rest, tells a person once, and resume ends it', async () => {
    const world = inMemory();
    regretted(world, 3);
    world.outside.history = (at) => (at >= NOW ? 1_000 : 350);
    await afterScaleIn(world);
    await judgedAfter(world, DAY);
    const told = world.notices.filter(({ event }) => event === 'scale-in-rests');
    expect(told.map(({ title }) => title)).toEqual(['scale-in of be/default rests until 2026-04-04 02:00 (23 d 23 h)']);
    await judgedAfter(world, MINUTE);
    expect(world.notices.filter(({ event }) => event === 'scale-in-rests')).toHaveLength(1);

    const resumed = await resumeCluster(
      { ...world.ports, control: { ...world.ports.control, resume: async () => false } },
      policy,
      { direction: 'both', at: world.clock.now(), by: 'me' },
    );
    expect(resumed).toMatchObject({ ok: true });
    const { pardonedAt } = await recallRegrets(world.ports.memory, 'analytics', KEY);
    expect(pardonedAt).toBe(world.clock.now());
  });

  it('is told of once: load that merely lay above the target after it changes neither rest nor margin', async () => {
    const world = inMemory();
    regretted(world, 4);
    world.outside.history = (at) => (at >= NOW + 8 * HOUR && at < NOW + 10 * HOUR ? 560 : 350);
    await afterScaleIn(world);
    expect(await judgedAfter(world, DAY)).toMatchObject([{ regrets: ['above-target'] }]);
    expect(world.notices.map(({ event, lines }) => ({ event, lines }))).toEqual([
      { event: 'change-regretted', lines: ['120 min above the target in the day after it.'] },
    ]);
  });
});
