import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestDemand } from '../../../../src/decision/demand/highest.ts';
import { peaksOf } from '../../../../src/decision/demand/peaks.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../../src/domain/demand.ts';
import { clusterPolicy, history } from '../../../support/decision-input.ts';

const [group] = clusterPolicy().backends;
const signal = group?.signals.find(({ purpose }) => purpose.kind === 'size');
if (group === undefined || signal === undefined) throw new Error('the policy of the tests has a signal that sizes');

const loads = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(NaN, -1, Infinity));
/** Undefined: the slot is missing. Most histories have no hole, some many. */
const pasts = fc
  .integer({ min: 0, max: 1 })
  .chain((holes) =>
    fc.array(holes === 0 ? loads : fc.option(loads, { nil: undefined }), { minLength: 1, maxLength: 60 }),
  );

test('of the slots that lie wholly in the span the latest of the highest is the peak, and those without a number are unknown', () => {
  fc.assert(
    fc.property(
      pasts,
      fc.integer({ min: -5, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (given, startPlace, spanSlots) => {
        const slots = given.flatMap((load, place): readonly LoadSlot[] =>
          load === undefined
            ? []
            : [{ signal: signal.name, slotStartMs: place * SLOT_MS, load, samples: 1, nodes: 3, migrating: false }],
        );
        const startMs = startPlace * SLOT_MS;
        const span = { startMs, endMs: startMs + spanSlots * SLOT_MS };
        const within = slots.filter(
          ({ slotStartMs, load }) =>
            slotStartMs >= span.startMs && slotStartMs + SLOT_MS <= span.endMs && load >= 0 && load < Infinity,
        );
        const most = Math.max(...within.map(({ load }) => load));

        const demand = highestDemand(
          history({ [signal.name]: slots }),
          { ...group, signals: [signal] },
          { capacityBytes: undefined, coreWeight: 1 },
          span,
        );

        expect(demand.signals[0]?.slotStartMs).toBe(within.findLast(({ load }) => load === most)?.slotStartMs);
        const known = demand.known();
        expect([...known.keys()].filter((place) => known[place] === 1)).toEqual(
          within.map(({ slotStartMs }) => (slotStartMs - startMs) / SLOT_MS),
        );
      },
    ),
  );
});

test('of a span that moves on over slots that only come at the end the peak is what it would be if it were the first one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ load: loads, migrating: fc.boolean() }), { minLength: 200, maxLength: 200 }),
      fc.array(fc.record({ start: fc.nat(2), end: fc.nat(2) }), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 90 }),
      (given, steps, length) => {
        const all = given.map(({ load, migrating }, place) => ({
          signal: signal.name,
          slotStartMs: place * SLOT_MS,
          load,
          samples: 1,
          nodes: 3,
          migrating,
        }));
        const slots: LoadSlot[] = all.slice(0, 100);
        let first = 5;
        let end = first + length;
        for (const step of steps) {
          first = Math.min(first + step.start, end - 1);
          end = Math.min(end + step.end, all.length);
          slots.push(...all.slice(slots.length, end));
          expect(peaksOf(slots, first, end)).toEqual(peaksOf(all.slice(0, end), first, end));
        }
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
