import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../../src/decision/decide.ts';
import type { DecideInput } from '../../../src/decision/input.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import { DAY, history, HOUR, input, MINUTE, QUERIES, slots, windowsPolicy } from '../../support/decision-input.ts';

const FIRST_NIGHT = Date.UTC(2026, 2, 10);
const NIGHTS = 3;
const KNOWN_DAYS = 23;

const worlds = fc.record({
  hours: fc.array(fc.double({ min: 1, max: 15, noNaN: true }), { minLength: 24, maxLength: 24 }),
  daily: fc.array(fc.double({ min: 0.6, max: 1.5, noNaN: true }), { minLength: 5, maxLength: 9 }),
  isIdleAt: fc.constantFrom(undefined, 3, 13),
  closesMinute: fc.constantFrom(120, 300),
  step: fc.record({ out: fc.constantFrom(1, 4), in: fc.constantFrom(1, 4) }),
  inMs: fc.constantFrom(0, 6 * HOUR, 12 * HOUR),
  minHoldMs: fc.constantFrom(0, 12 * HOUR, DAY),
});

it('what decisions before have learnt and kept changes none: each is the one that would be made first', () => {
  fc.assert(
    fc.property(worlds, ({ hours, daily, isIdleAt, closesMinute, step, inMs, minHoldMs }) => {
      const window = { form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60 } as const;
      const windows = windowsPolicy({ allow: [{ ...window, endMinute: closesMinute }] });
      const group = { step, max: 40, minHoldMs, cooldown: { outMs: 30 * MINUTE, inMs } };
      const load = (at: number): number => {
        const hour = Math.floor((at % DAY) / HOUR);
        const day = Math.floor(at / DAY);
        return hour === isIdleAt ? 0 : 100 * (hours[hour] ?? 1) * (daily[day % daily.length] ?? 1);
      };
      const end = FIRST_NIGHT + NIGHTS * DAY;
      const all = slots('queries', load, { until: end, days: KNOWN_DAYS + NIGHTS });
      const closed: LoadSlot[] = [];
      const demand = [history({ [QUERIES.name]: closed })];
      const { policy } = input({ group, policy: { windows } });
      let nodes = 12;
      let lastOutEndedAt: number | undefined;
      let lastInEndedAt: number | undefined;
      for (let at = FIRST_NIGHT + HOUR - 2 * SLOT_MS; at < end; at += 4 * SLOT_MS) {
        if (at % DAY > closesMinute * MINUTE) continue;
        closed.push(...all.slice(closed.length).filter(({ slotStartMs }) => slotStartMs < at));
        const { observation, memory } = input({
          nodes,
          at,
          group,
          policy: { windows },
          groupMemory: { lastOutEndedAt, lastInEndedAt },
          demand,
        });
        const asked: DecideInput = { policy, at, observation, memory, demand, changeOnly: true };
        const first = { ...asked, policy: structuredClone(policy), demand: [history({ [QUERIES.name]: [...closed] })] };
        const [decided] = decide(asked).groups;

        expect(decided).toEqual(decide(first).groups[0]);

        const desired = decided?.desired ?? nodes;
        if (desired > nodes) lastOutEndedAt = at + 10 * MINUTE;
        if (desired < nodes) lastInEndedAt = at;
        nodes = desired;
      }
    }),
    { numRuns: 6 },
  );
}, 120_000);
