import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstFrom } from '../../../../src/decision/demand/first-from.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';

test('the first slot from an instant on is the one that a look at each of them finds, wherever slots are missing', () => {
  // Steps below a slot: no grid is taken for granted.
  const steps = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(2) }, fc.integer({ min: 1, max: 9 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: -10, max: 200 }), (gaps, halves) => {
      let slotStartMs = 0;
      const slots = gaps.map((gap) => {
        slotStartMs += (gap * SLOT_MS) / 2;
        return { signal: 'load', slotStartMs, load: 1, samples: 1, nodes: 1, migrating: false };
      });
      const at = (halves * SLOT_MS) / 2;
      const found = slots.findIndex((slot) => slot.slotStartMs >= at);
      expect(firstFrom(slots, at)).toBe(found < 0 ? slots.length : found);
    }),
    { numRuns: 500 },
  );
});
