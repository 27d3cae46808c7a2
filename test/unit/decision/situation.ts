import fc from 'fast-check';
import type { DecideInput } from '../../../src/decision/input.ts';
import type { GroupDecision } from '../../../src/domain/decision.ts';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { Mode } from '../../../src/domain/policy.ts';
import type { SignalQuality } from '../../../src/domain/signal.ts';
import type { Backend } from '../../../src/domain/topology.ts';
import {
  backend,
  DAY,
  history,
  HOUR,
  input,
  MINUTE,
  NOW,
  QUERIES,
  reading,
  slots,
} from '../../support/decision-input.ts';

/** Hashes a slot to 0..1, so that a load is random and the same at every call. */
const noise = (seed: number, slot: number): number => {
  const mixed = Math.imul((slot / SLOT_MS) ^ seed, 2654435761) >>> 0;
  return mixed / 2 ** 32;
};

export const situation = fc.record({
  nodes: fc.integer({ min: 0, max: 14 }),
  min: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 0, max: 8 }),
  peak: fc.double({ min: 0, max: 20, noNaN: true }),
  seed: fc.integer(),
  days: fc.constantFrom<number[]>(0, 1, 5, 9),
  stepOut: fc.integer({ min: 1, max: 5 }),
  stepIn: fc.integer({ min: 1, max: 3 }),
  quality: fc.constantFrom<SignalQuality[]>('ok', 'ok', 'ok', 'missing', 'stale', 'recovering'),
  atMs: fc.constantFrom(NOW, NOW, NOW + 3 * HOUR - MINUTE, NOW + 7 * HOUR),
  dead: fc.boolean(),
  mode: fc.constantFrom<Mode[]>('act', 'act', 'observe'),
  floorAt: fc.option(fc.integer({ min: -2, max: 60 }), { nil: undefined }),
  lastOutHours: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  spares: fc.integer({ min: 0, max: 6 }),
});
export type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;
export type Lacking = SignalQuality | 'no history' | 'no topology';

export function build(s: Situation): DecideInput {
  const members: Backend[] = Array.from({ length: s.nodes }, (_, index) =>
    backend(index, { alive: !(s.dead && index === 0) }),
  );
  const hosts = [
    ...members.map((each) => each.host),
    ...Array.from({ length: s.spares }, (_, index) => `10.0.1.${String(index)}`),
  ];
  return input({
    members,
    at: s.atMs,
    group: {
      min: s.min,
      max: s.min + s.width,
      step: { out: s.stepOut, in: s.stepIn },
      schedule:
        s.floorAt === undefined
          ? []
          : [
              {
                name: 'peak',
                when: {
                  form: 'range',
                  fromMs: s.atMs + s.floorAt * HOUR,
                  untilMs: s.atMs + s.floorAt * HOUR + 2 * DAY,
                },
                min: s.min + Math.floor(s.width / 2),
                max: undefined,
              },
            ],
    },
    policy: { mode: s.mode },
    demand: [
      history({ queries: slots('queries', (at) => s.peak * 100 * noise(s.seed, at), { until: s.atMs, days: s.days }) }),
    ],
    groupMemory: s.lastOutHours === undefined ? {} : { lastOutEndedAt: s.atMs - s.lastOutHours * HOUR },
    observation: {
      signals: [{ role: 'backend', group: 'default', readings: [reading(QUERIES, { quality: s.quality })] }],
      hosts: {
        spares: {
          known: true,
          value: {
            provisioner: 'spares',
            hosts: hosts.map((host) => ({ host, address: `${host}:9050`, state: 'free' as const })),
          },
        },
      },
    },
  });
}

export const only = (groups: readonly GroupDecision[]): GroupDecision => {
  const [group] = groups;
  if (group === undefined) throw new Error('no group was decided');
  return group;
};
