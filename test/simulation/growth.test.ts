import { afterEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import { officeLoad } from '../../src/simulator/load/office-load.ts';
import { CPU, DAY, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean, staysWithin } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const TARGET = 0.6;
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: TARGET } };
const PATIENT = { timeout: 240_000 };

const running: Simulation[] = [];
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});
const begin = async (options: Parameters<typeof simulate>[0]): Promise<Simulation> => {
  const simulation = await simulate(options);
  running.push(simulation);
  return simulation;
};

describe('a load that outgrows the cluster', PATIENT, () => {
  const usual = officeLoad({ peak: 2.4, seed: 7 });
  const grows = Date.parse('2026-03-03T06:00:00Z');
  const load = (at: number): number => usual(at) * (at < grows ? 1 : 1.6);

  it('is met in the next window, by hosts that were reset and started, and by little more than it needs', async () => {
    const simulation = await begin({
      startAt: '2026-03-02T12:00:00Z',
      intervalMs: 10 * MINUTE,
      cluster: { backends: 5, load, spareBackends: 4 },
      policy: { windows: windowsPolicy(), backends: [groupPolicy({ signals: [SIXTY], step: { out: 4, in: 1 } })] },
    });
    await simulation.advanceTo(Date.parse('2026-03-06T00:00:00Z'));
    // What it was wrong by in the first night makes it wary in the second.
    const operations = await simulation.operations();
    expect(operations.map(({ kind, state }) => `${kind} ${state}`)).toEqual(
      operations.map(() => 'add-backend succeeded'),
    );
    expect(operations.at(-1)).toMatchObject({
      from: 5,
      createdAt: expect.toSatisfy((at: number) => at < Date.parse('2026-03-04T05:00:00Z')) as unknown,
    });
    expect(simulation.members()).toBe(operations[0]?.to);
    const served = simulation.counts.filter(({ atMs }) => atMs >= Date.parse('2026-03-04T02:00:00Z'));
    for (const { atMs, backends } of served) {
      expect(load(atMs) / backends, new Date(atMs).toISOString()).toBeLessThanOrEqual(TARGET);
    }
    const need = Math.max(...served.map(({ atMs }) => load(atMs))) / TARGET;
    expect(simulation.members()).toBeLessThanOrEqual(Math.ceil(need) + 2);
    changesNeedWindows(simulation);
    staysWithin(simulation, { least: 5, most: 9 });
    leftClean(simulation);
  });
});

describe('frontends', PATIENT, () => {
  it('an observer comes before the backend that needs it, and goes after it, and only that one', async () => {
    const simulation = await begin({
      startAt: '2026-03-02T12:00:00Z',
      intervalMs: 10 * MINUTE,
      // Needs 5.2 nodes at any time, what idles included.
      cluster: { backends: 6, load: () => 2.9, spareFrontends: 1 },
      policy: {
        windows: windowsPolicy(),
        backends: [
          groupPolicy({
            signals: [SIXTY],
            minHoldMs: 0,
            cooldown: { outMs: 0, inMs: HOUR },
            schedule: [
              {
                name: 'stocktaking',
                when: {
                  form: 'range',
                  fromMs: Date.parse('2026-03-03T08:00:00Z'),
                  untilMs: Date.parse('2026-03-03T20:00:00Z'),
                },
                min: 7,
                max: undefined,
              },
            ],
          }),
        ],
        frontend: {
          backendsPerFrontend: { min: 2, max: 2 },
          followers: 3,
          observers: { min: 0, max: 2, managed: [] },
          provisioner: 'spares',
        },
      },
    });
    await simulation.advanceTo(Date.parse('2026-03-03T12:00:00Z'));
    const frontends = () => simulation.cluster.frontends().filter(({ registered }) => registered);
    expect(simulation.members()).toBe(7);
    expect(frontends().map(({ role }) => role)).toEqual(['FOLLOWER', 'FOLLOWER', 'FOLLOWER', 'OBSERVER']);
    await simulation.advanceBy(DAY);
    expect(simulation.members()).toBe(6);
    expect(frontends().map(({ role }) => role)).toEqual(['FOLLOWER', 'FOLLOWER', 'FOLLOWER']);
    expect((await simulation.operations()).toReversed().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'add-observer succeeded',
      'add-backend succeeded',
      'remove-backend succeeded',
      'remove-observer succeeded',
    ]);
    const left = simulation.cluster.frontends().filter(({ registered, running: runs }) => registered !== runs);
    expect(left).toEqual([]);
    changesNeedWindows(simulation);
    leftClean(simulation);
  });
});
