import { describe, expect, it } from 'vitest';
import { nodeWorld } from '../../../src/backtest/world/node-world.ts';
import { HOUR } from '../../support/decision-input.ts';
import { judgedBacktest, minuteTrace } from '../../support/judged-backtest.ts';

const needed = (atTarget: readonly number[]) => ({
  startMs: 0,
  atTarget: Float64Array.from(atTarget),
  atFull: Float64Array.from(atTarget, (nodes) => nodes * 0.7),
});

describe('a world of nodes', () => {
  it('pays nodes from their order and has them serve after the delay', () => {
    const world = nodeWorld({ needed: needed([2, 4, 4, 4, 4, 4]), first: 0, start: 2, delayMinutes: 2 });
    world.passTo(1);
    world.change(4);
    world.passTo(6);
    // 2 + 5 x 4 node-minutes. For two minutes 2 nodes carry what needs 2.8 at 100 %.
    expect(world.figures()).toEqual({ nodeHours: 22 / 60, saturatedMinutes: 2, aboveTargetMinutes: 2, changes: 1 });
  });

  it('takes back what has not come yet before what serves', () => {
    const world = nodeWorld({ needed: needed([0, 0, 0, 0]), first: 0, start: 3, delayMinutes: 3 });
    world.change(6);
    world.passTo(1);
    world.change(4);
    expect([world.total(), world.serving()]).toEqual([4, 3]);
    world.change(2);
    expect([world.total(), world.serving()]).toEqual([2, 2]);
    world.passTo(4);
    expect(world.serving()).toBe(2);
  });

  it('calls no minute whose load is unknown saturated', () => {
    const world = nodeWorld({ needed: needed([Number.NaN, 9, Number.NaN]), first: 0, start: 1, delayMinutes: 0 });
    world.passTo(3);
    expect(world.figures()).toMatchObject({ saturatedMinutes: 1, aboveTargetMinutes: 1, nodeHours: 3 / 60 });
  });
});

describe('a trace of four hours', () => {
  // Sunday 00:00 UTC; the window opens at 01:00. 10 and then 20 of load; a node carries 5 at the target.
  const load = Float64Array.from({ length: 240 }, (_, minute) => (minute < 180 ? 10 : 20));
  const judged = judgedBacktest(minuteTrace(Date.UTC(2026, 1, 1), load), {
    perNode: 5,
    start: 3,
    group: { min: 2, max: 6 },
  });

  it('is held by a policy that knows nothing yet: scale-in waits for its history', () => {
    expect(judged.replayed.changes.every(({ to, from }) => to > from)).toBe(true);
  });

  it('has its baselines by hand', () => {
    const { baselines } = judged;
    // The peak needs 4 nodes; someone who knows needs 2 until 03:00, and orders 2 more 10 min before.
    expect(baselines.static).toEqual({ nodeHours: 16, saturatedMinutes: 0, aboveTargetMinutes: 0, changes: 0 });
    expect(baselines.optimum.nodeHours).toBeCloseTo(2 * 3 + 4 * 1 + 2 * (10 / 60));
    expect(baselines.optimum).toMatchObject({ saturatedMinutes: 0, aboveTargetMinutes: 0, changes: 1 });
    // 10 / 5 on 3 nodes is a third off: 2 wanted; it waits 5 min, and is late by the delay at 03:00.
    expect(baselines.hpa.aboveTargetMinutes).toBe(10);
    expect(baselines.hpa.saturatedMinutes).toBe(10);
  });

  it('is judged from an instant on only', () => {
    const later = judgedBacktest(minuteTrace(Date.UTC(2026, 1, 1), load), {
      perNode: 5,
      fromMs: Date.UTC(2026, 1, 1) + 2 * HOUR,
      group: { min: 2, max: 6 },
    });
    expect(later.baselines.static.nodeHours).toBe(8);
    expect(later.problem.start).toBe(2);
    expect(later.untilMs - later.fromMs).toBe(2 * HOUR);
  });
});
