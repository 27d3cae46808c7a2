import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCountText, nodesText } from '../../../../src/decision/explain/text.ts';

describe('nodes in words', () => {
  it.each([
    [1, '1 node'],
    [6, '6 nodes'],
    [6.42, '6.4 nodes'],
    [5.97, '6 nodes'],
    // One node more is asked for: "14 -> 15, 14 nodes needed" would be no reason.
    [14.02, '14.1 nodes'],
    [1.04, '1.1 nodes'],
    [0.3, '0.3 nodes'],
    // A rounding error of the last digits is no node.
    [14 + 1e-12, '14 nodes'],
  ])('%d: %s', (nodes, text) => {
    expect(nodesText(nodes)).toBe(text);
  });

  it('read as whole only where so many carry them', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (nodes) => {
        const shown = Number(nodeCountText(nodes));
        expect(shown).toBeCloseTo(nodes, 0);
        if (Number.isInteger(shown)) expect(shown).toBeGreaterThanOrEqual(nodes - 1e-9);
      }),
    );
  });
});
