import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../src/decision/admit.ts';
import { decide } from '../../../src/decision/decide.ts';
import { GUARD_CODES } from '../../../src/domain/codes.ts';
import type { GroupDecision } from '../../../src/domain/decision.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import { evidence, history, HOUR, QUERIES, slots } from '../../support/decision-input.ts';
import { build, type Lacking, only, situation } from './situation.ts';

const RUNS = { numRuns: 150 };

describe('whatever the situation', { timeout: 60_000 }, () => {
  it('a guard never enlarges a decision', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { current = 0, recommended = 0, desired = 0, action } = only(decide(build(s)).groups);
        if (action === 'hold') expect(desired).toBe(current);
        if (action === 'scale-out') expect(desired > current && desired <= recommended).toBe(true);
        if (action === 'scale-in') expect(desired < current && desired >= recommended).toBe(true);
      }),
      RUNS,
    );
  });

  it('desired lies within min and max, or nearer to them than what is there', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { min, max } = { min: s.min, max: s.min + s.width };
        const { current = 0, desired = 0 } = only(decide(build(s)).groups);
        const off = (nodes: number): number => Math.max(0, min - nodes, nodes - max);
        expect(off(desired)).toBeLessThanOrEqual(off(current));
        if (desired > current) expect(desired).toBeLessThanOrEqual(max);
        if (desired < current) expect(desired).toBeGreaterThanOrEqual(min);
      }),
      RUNS,
    );
  });

  it('a replay, which asks only for the change, is told the one that the daemon makes', () => {
    const rests = fc.record({
      days: fc.constantFrom(1, 9, 28),
      lastInHours: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
      data: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(situation, rests, (s, { days, lastInHours, data }) => {
        const built = build({ ...s, days });
        const { topology } = built.observation;
        const backends = topology.known
          ? topology.value.backends.map((each) => ({ ...each, dataUsedBytes: data * each.dataUsedBytes }))
          : [];
        const asked = {
          ...built,
          observation: {
            ...built.observation,
            topology: topology.known ? { known: true as const, value: { ...topology.value, backends } } : topology,
          },
          memory: {
            ...built.memory,
            groups: built.memory.groups.map((group) => ({
              ...group,
              lastInEndedAt: lastInHours === undefined ? undefined : s.atMs - lastInHours * HOUR,
            })),
          },
        };
        const { current, desired, raw, recommended, bindingReason } = only(decide(asked).groups);
        expect(only(decide({ ...asked, changeOnly: true }).groups)).toMatchObject({ current, desired, raw });
        if (current !== desired)
          expect(only(decide({ ...asked, changeOnly: true }).groups)).toMatchObject({ recommended, bindingReason });
      }),
      RUNS,
    );
  });

  it('no more than a step is taken', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { current = 0, desired = 0 } = only(decide(build(s)).groups);
        expect(desired - current).toBeLessThanOrEqual(s.stepOut);
        expect(current - desired).toBeLessThanOrEqual(s.stepIn);
      }),
      RUNS,
    );
  });

  it('unknown never takes a node away', () => {
    fc.assert(
      fc.property(
        situation,
        fc.constantFrom<Lacking[]>('missing', 'stale', 'recovering', 'no history', 'no topology'),
        (s, lacks) => {
          const seen = build(
            lacks === 'no history' ? { ...s, days: 0 } : lacks === 'no topology' ? s : { ...s, quality: lacks },
          );
          const observation =
            lacks === 'no topology'
              ? { ...seen.observation, topology: { known: false as const, reason: 'x' } }
              : seen.observation;
          expect(only(decide({ ...seen, observation }).groups).action).not.toBe('scale-in');
        },
      ),
      RUNS,
    );
  });

  it('what is taken away leaves enough for the highest load that is known', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { action, desired = 0, raw = 0 } = only(decide(build(s)).groups);
        if (action === 'scale-in') expect(desired).toBeGreaterThanOrEqual(raw - 1e-6);
      }),
      RUNS,
    );
  });

  it('loads times a constant with capacity times the constant give the same counts', () => {
    fc.assert(
      fc.property(situation, fc.constantFrom(0.001, 0.5, 3, 1024), (s, factor) => {
        const before = build(s);
        const [group] = before.policy.backends;
        if (group === undefined) throw new Error('no group');
        const signal = {
          ...QUERIES,
          purpose: { kind: 'size' as const, form: 'per-node' as const, perNode: 100 * factor },
        };
        const scaled = {
          ...before,
          policy: { ...before.policy, backends: [{ ...group, signals: [signal] }] },
          demand: before.demand.map((each) => ({
            ...each,
            signals: {
              queries: (each.signals['queries'] ?? []).map((slot) => ({ ...slot, load: slot.load * factor })),
            },
          })),
        };
        const counts = ({ current, recommended, desired, action, reasons }: GroupDecision) => ({
          current,
          recommended,
          desired,
          action,
          reasons,
        });
        expect(counts(only(decide(scaled).groups))).toEqual(counts(only(decide(before).groups)));
      }),
      RUNS,
    );
  });

  it('what comes later changes nothing: a prefix of the history decides the same', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 1, max: 300 }), (s, slotsLater) => {
        const prefix = build(s);
        const until = s.atMs + slotsLater * SLOT_MS;
        const known = prefix.demand[0]?.signals['queries'] ?? [];
        const whole = {
          ...prefix,
          demand: [
            history({
              queries: [
                ...known,
                ...slots('queries', (at) => (at >= s.atMs - SLOT_MS * 0.5 ? 5000 : undefined), {
                  until,
                  days: 1 + slotsLater / 288,
                }).filter((slot) => slot.slotStartMs + SLOT_MS > s.atMs),
              ],
            }),
          ],
        };
        expect(decide(whole)).toEqual(decide(prefix));
      }),
      RUNS,
    );
  });

  it('every answer says what would change it, and every guard is in the record', () => {
    const frontend = {
      backendsPerFrontend: { min: 10, max: 20 },
      followers: 3 as const,
      observers: { min: 0, max: 2, managed: [] },
      provisioner: 'spares',
    };
    fc.assert(
      fc.property(situation, fc.boolean(), (s, withFrontends) => {
        const given = build(s);
        const { groups } = decide(withFrontends ? { ...given, policy: { ...given.policy, frontend } } : given);
        expect(groups.length).toBe(withFrontends ? 3 : 1);
        for (const group of groups) {
          expect(group.wouldChangeIf.length).toBeGreaterThan(0);
          expect(group.wouldChangeIf.every((each) => each.detail !== '')).toBe(true);
          expect(group.guards.map((guard) => guard.code)).toEqual(GUARD_CODES);
          expect(group.reasons.length).toBeGreaterThan(group.action === 'hold' ? 0 : -1);
        }
      }),
      RUNS,
    );
  });

  it('the chain leads from the raw need to the number, link by link', () => {
    fc.assert(
      fc.property(situation, (s) => {
        const { chain, current = 0, recommended, desired, action } = only(decide(build(s)).groups);
        chain.slice(1).forEach((link, index) => {
          expect(link.from).toBe(chain[index]?.to);
        });
        const sized = chain.findLast(
          (link) => link.stage !== 'guards' && link.stage !== 'smaller' && link.stage !== 'hosts',
        );
        expect(sized?.to).toBe(recommended);
        expect(chain.at(-1)?.to).toBe(action === 'hold' ? current : desired);
      }),
      RUNS,
    );
  });

  it('the same input gives the same decision', () => {
    fc.assert(
      fc.property(situation, (s) => {
        expect(decide(build(s))).toEqual(decide(build(s)));
      }),
      { numRuns: 50 },
    );
  });

  it('admission is equal or smaller, whatever happened since', () => {
    fc.assert(
      fc.property(situation, situation, (s, t) => {
        const before = decide(build(s));
        const now = build({ ...t, min: s.min, width: s.width, stepOut: s.stepOut, stepIn: s.stepIn, atMs: s.atMs });
        const members = now.observation.topology.known ? now.observation.topology.value.backends : [];
        const after = admit(before, {
          ...now,
          observation: { ...now.observation, evidence: evidence(members, { replication: { known: true, value: [] } }) },
        });
        const [decided, admitted] = [only(before.groups), only(after.groups)];
        const size = ({ desired = 0, current = 0 }: GroupDecision): number => Math.abs(desired - current);
        expect(after.steps.length).toBeLessThanOrEqual(before.steps.length);
        if (admitted.action !== 'hold' && before.steps.length > 0) {
          expect(admitted.action).toBe(decided.action);
          expect(size(admitted)).toBeLessThanOrEqual(Math.max(size(decided), s.stepOut));
          if (admitted.action === 'scale-out') expect(admitted.desired).toBeLessThanOrEqual(decided.desired ?? 0);
          if (admitted.action === 'scale-in') expect(admitted.desired).toBeGreaterThanOrEqual(decided.desired ?? 0);
          const allowed = decided.victims.map((victim) => victim.node);
          expect(admitted.victims.every((victim) => allowed.includes(victim.node))).toBe(true);
        }
      }),
      RUNS,
    );
  });
});
