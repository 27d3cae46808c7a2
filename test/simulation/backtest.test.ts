import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { backtest, changeLines } from '../../src/backtest/backtest.ts';
import { SLOT_MINUTES } from '../../src/backtest/trace/trace.ts';
import { SLOT_MS } from '../../src/domain/demand.ts';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import { officeLoad } from '../../src/simulator/load/office-load.ts';
import { CPU, DAY, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { simulatedLoad } from './support/load.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

/** Sunday noon. */
const START = Date.UTC(2026, 2, 1, 12);
const NIGHTS = 7;
/** As much as the policy asks for: both know the same. */
const HISTORY = 28 * DAY;
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
const sale = {
  name: 'sale',
  when: { form: 'range' as const, fromMs: START + 4 * DAY, untilMs: START + 5 * DAY },
  min: 7,
  max: undefined,
};
const group = groupPolicy({ signals: [SIXTY], schedule: [sale], leadTimeMs: 10 * MINUTE });

let simulation: Simulation | undefined;
afterEach(async () => {
  await simulation?.end();
});

describe('the backtest of a load that a daemon lived through', { timeout: 240_000 }, () => {
  it('makes the decisions of its records: same slots, same counts, same reasons, same hash', async () => {
    simulation = await simulate({
      startAt: new Date(START).toISOString(),
      intervalMs: 5 * MINUTE,
      cluster: { backends: 8, load: officeLoad({ peak: 2.4, seed: 7 }) },
      policy: { windows: windowsPolicy(), backends: [group] },
    });
    const { cluster, policy, records } = simulation;
    // What Prometheus would have told of the time before, while nothing was changed yet.
    const source = simulatedLoad(cluster, []);
    const memberOf = Object.assign(() => 'default', { only: 'default' });
    const range = { policy, group, signal: SIXTY, memberOf, weightOf: undefined };
    const before = await source.history({ ...range, from: START - HISTORY, until: START });
    await simulation.advanceBy(NIGHTS * DAY);
    const after = await source.history({ ...range, from: START, until: START + NIGHTS * DAY });

    const lived = records.flatMap(({ at, groups }) =>
      groups.flatMap(({ group: name, action, current, desired, bindingReason }) =>
        action === 'hold' || current === undefined || desired === undefined
          ? []
          : [{ at, group: name, from: current, to: desired, reason: bindingReason }],
      ),
    );
    const slots = [...before, ...after];
    const replayed = backtest({
      cluster: policy,
      group,
      trace: {
        name: 'lived',
        startMs: START - HISTORY,
        minutes: slots.length * SLOT_MINUTES,
        columns: [
          {
            name: 'load',
            values: Float64Array.from({ length: slots.length * SLOT_MINUTES }, (_, minute) => {
              const slot = slots[Math.floor(minute / SLOT_MINUTES)];
              return slot?.load ?? Number.NaN;
            }),
          },
        ],
      },
      fromMs: START,
      start: 8,
    });
    if (!replayed.ok) throw new Error(replayed.problem.message);
    const { changes } = replayed.backtest.replayed;
    expect(slots.every(({ slotStartMs }, index) => slotStartMs === START - HISTORY + index * SLOT_MS)).toBe(true);
    expect(changes.some(({ from, to }) => to < from)).toBe(true);
    expect(changes.some(({ from, to }) => to > from)).toBe(true);
    expect(changeLines(changes)).toBe(changeLines(lived));
    expect(hashOf(changeLines(changes))).toBe(hashOf(changeLines(lived)));
    expect(changes.every(({ at }) => at % DAY >= HOUR && at % DAY < 5 * HOUR)).toBe(true);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
