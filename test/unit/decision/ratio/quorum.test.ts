import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextFollowers } from '../../../../src/decision/ratio/follower-count.ts';
import { majorityOf, mayNotJoin, mayNotLeave } from '../../../../src/decision/ratio/quorum.ts';
import type { Frontend } from '../../../../src/domain/topology.ts';
import { frontend } from '../../../support/decision-input.ts';

/** Failures of followers that the master still outlives; below 0 it cannot write. */
const spare = (followers: readonly Frontend[]): number =>
  followers.filter(({ alive }) => alive).length - majorityOf(followers.length);

const group = fc
  .record({ dead: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }), seed: fc.nat() })
  .map(({ dead, seed }) => ({ followers: dead.map((isDead, index) => frontend(index, { alive: !isDead })), seed }));

describe('whatever is alive', () => {
  it('after any part of a removal that may happen, one more failure is borne than before Doris would refuse', () => {
    fc.assert(
      fc.property(group, fc.nat({ max: 3 }), ({ followers, seed }, count) => {
        const leaving = followers
          .toSorted((a, b) => (a.address + String(seed) < b.address + String(seed) ? 1 : -1))
          .slice(0, count);
        const nodes = leaving.map(({ address }) => address);
        if (mayNotLeave({ frontends: followers }, nodes) !== undefined) return;
        let left: readonly Frontend[] = followers;
        for (const node of nodes) {
          left = left.filter(({ address }) => address !== node);
          expect(left.length).toBeGreaterThan(0);
          expect(spare(left)).toBeGreaterThanOrEqual(0);
        }
        expect(left.every(({ alive }) => alive)).toBe(true);
      }),
    );
  });

  it('all that are alive may go down to one, one by one, and the last never', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (count) => {
        const frontends = Array.from({ length: count }, (_, index) => frontend(index));
        const nodes = frontends.map(({ address }) => address);
        expect(mayNotLeave({ frontends }, nodes.slice(1))).toBeUndefined();
        expect(mayNotLeave({ frontends }, nodes)).toContain('is the last follower');
      }),
    );
  });

  it('a follower comes only where it takes away no failure that was borne, even if it never comes alive', () => {
    fc.assert(
      fc.property(group, ({ followers }) => {
        if (mayNotJoin({ frontends: followers }) !== undefined) {
          expect(followers.some(({ alive }) => !alive)).toBe(true);
          return;
        }
        expect(spare([...followers, frontend(99)])).toBeGreaterThanOrEqual(spare(followers));
      }),
    );
  });

  it('from any number the way to 1, 3 or 5 goes over odd ones, by at most two at a time, and arrives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 3, 5), (from, wanted) => {
        let now = from;
        for (let steps = 0; now !== wanted; steps += 1) {
          const next = nextFollowers(now, wanted);
          expect(steps).toBeLessThan(6);
          expect(next % 2).toBe(1);
          expect(Math.abs(next - now)).toBeLessThanOrEqual(2);
          expect(Math.abs(next - wanted)).toBeLessThan(Math.abs(now - wanted));
          now = next;
        }
      }),
    );
  });
});
