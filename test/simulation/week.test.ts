import { afterEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import { officeLoad } from '../../src/simulator/load/office-load.ts';
import { CPU, DAY, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean, staysWithin } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { SimulateOptions, Simulation } from './support/simulate.ts';

/** Sunday noon; the nights of the week follow. */
const START = '2026-03-01T12:00:00Z';
const TARGET = 0.6;
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: TARGET } };
/** Needs 4.4 nodes at 60 % on its busiest day. */
const load = officeLoad({ peak: 2.4, seed: 7 });

/** A week takes seconds on an idle machine. */
const PATIENT = { timeout: 240_000 };

const running: Simulation[] = [];
async function week(parts: Partial<SimulateOptions> & { readonly group?: Parameters<typeof groupPolicy>[0] } = {}) {
  const { group, ...options } = parts;
  const simulation = await simulate({
    startAt: START,
    intervalMs: 10 * MINUTE,
    ...options,
    cluster: { backends: 8, load, ...options.cluster },
    policy: {
      windows: windowsPolicy(),
      backends: [groupPolicy({ signals: [SIXTY], ...group })],
      ...options.policy,
    },
  });
  running.push(simulation);
  return simulation;
}
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});

const nights = async (simulation: Simulation, count: number): Promise<readonly number[]> => {
  const members: number[] = [];
  for (let night = 0; night < count; night += 1) {
    await simulation.advanceBy(DAY);
    members.push(simulation.members());
  }
  return members;
};
const reasonsAt = (simulation: Simulation, at: string): readonly string[] =>
  simulation.records.findLast((record) => record.at <= Date.parse(at))?.groups[0]?.reasons ?? [];

describe('a week of nights', PATIENT, () => {
  it('shrinks by one a night from eight to what the days need, and no minute is short', async () => {
    const simulation = await week();
    // Sunday needs less than the other days, and nothing needs the node back before Monday's window.
    expect(await nights(simulation, 7)).toEqual([7, 6, 5, 5, 5, 5, 4]);
    const operations = await simulation.operations();
    expect(operations.map(({ kind, state }) => `${kind} ${state}`)).toEqual(Array(4).fill('remove-backend succeeded'));
    changesNeedWindows(simulation);
    staysWithin(simulation, { least: 4, most: 8 });
    leftClean(simulation);
    for (const { atMs, backends } of simulation.counts) {
      expect(load(atMs) / backends, new Date(atMs).toISOString()).toBeLessThanOrEqual(TARGET);
    }
  });

  it('sends nothing while no window opens, and says all the time what it would do', async () => {
    const simulation = await week({
      policy: {
        windows: windowsPolicy({ deny: [{ form: 'dates', name: 'freeze', from: '2026-03-01', until: '2026-03-09' }] }),
      },
    });
    await simulation.advanceBy(4 * DAY);
    expect(simulation.changes()).toEqual([]);
    expect(await simulation.operations()).toEqual([]);
    const answers = simulation.records.map(({ groups: [group] }) =>
      [group?.recommended, group?.action, group?.reasons[0]].join(' '),
    );
    expect(new Set(answers)).toEqual(new Set(['7 hold outside-window']));
  });

  it('goes the same way twice: time, chance and order are all given', async () => {
    const told = async (): Promise<string> => {
      const simulation = await week();
      await simulation.advanceBy(DAY);
      const decisions = simulation.records.map(({ at, groups, steps }) => ({ at, groups, steps }));
      return JSON.stringify([decisions, simulation.cluster.statements()]);
    };
    expect(await told()).toBe(await told());
  });

  it('sends nothing in observe', async () => {
    const simulation = await week({ policy: { mode: 'observe' } });
    await simulation.advanceBy(2 * DAY);
    expect(simulation.changes()).toEqual([]);
    expect(reasonsAt(simulation, '2026-03-02T02:00:00Z')).toContain('mode-observe');
  });
});

describe('month-end', PATIENT, () => {
  const monthEnd = {
    name: 'month-end',
    when: { form: 'cron' as const, cron: '0 0 25 * *', durationMs: 3 * DAY },
    min: 9,
    max: undefined,
  };
  const before = { startAt: '2026-03-23T12:00:00Z', cluster: { backends: 6, load } };
  const at = (simulation: Simulation, instant: string): number | undefined =>
    simulation.counts.findLast(({ atMs }) => atMs <= Date.parse(instant))?.backends;

  it('is there when it begins, by the last window that suffices, and goes after it', async () => {
    const simulation = await week({ ...before, group: { schedule: [monthEnd], max: 10, step: { out: 4, in: 1 } } });
    await simulation.advanceTo(Date.parse('2026-03-28T06:00:00Z'));
    expect(at(simulation, '2026-03-24T00:59:00Z')).toBe(6);
    expect(at(simulation, '2026-03-24T05:00:00Z')).toBe(9);
    expect(at(simulation, '2026-03-25T00:00:00Z')).toBe(9);
    expect(at(simulation, '2026-03-28T00:00:00Z')).toBe(9);
    expect(at(simulation, '2026-03-28T06:00:00Z')).toBe(8);
    changesNeedWindows(simulation);
    staysWithin(simulation, { least: 6, most: 9 });
    leftClean(simulation);
  });

  it('is there although Prometheus is down from the day before on', async () => {
    const outage = { startMs: Date.parse('2026-03-23T12:00:00Z'), endMs: Date.parse('2026-03-26T00:00:00Z') };
    const simulation = await week({
      ...before,
      outages: [outage],
      group: { schedule: [monthEnd], max: 10, step: { out: 4, in: 1 } },
    });
    await simulation.advanceTo(Date.parse('2026-03-25T00:00:00Z'));
    expect(simulation.members()).toBe(9);
    expect(reasonsAt(simulation, '2026-03-24T12:00:00Z')).toContain('metrics-unknown');
    leftClean(simulation);
  });
});

describe('an outage of Prometheus over the first window', PATIENT, () => {
  const outage = { startMs: Date.parse('2026-03-02T00:30:00Z'), endMs: Date.parse('2026-03-02T04:00:00Z') };

  it('holds while it lasts and after it, until the last 24 h are clean enough; then one is removed', async () => {
    const simulation = await week({ outages: [outage] });
    await simulation.advanceTo(Date.parse('2026-03-03T12:00:00Z'));
    expect(reasonsAt(simulation, '2026-03-02T02:00:00Z')).toContain('metrics-unknown');
    expect(reasonsAt(simulation, '2026-03-02T04:05:00Z')[0]).toBe('metrics-recovering');
    expect(reasonsAt(simulation, '2026-03-02T04:30:00Z')[0]).toBe('history-short');
    const hold = simulation.records
      .findLast((record) => record.at <= Date.parse('2026-03-02T04:30:00Z'))
      ?.groups[0]?.guards.find(({ code }) => code === 'history-short');
    // Of the hole no more than an hour may lie in the last 24 h.
    expect(hold?.until).toBe(Date.parse('2026-03-03T03:00:00Z'));
    const [operation, ...more] = await simulation.operations();
    expect(more).toEqual([]);
    expect(operation?.createdAt).toBeGreaterThanOrEqual(Date.parse('2026-03-03T03:00:00Z'));
    expect(operation?.createdAt).toBeLessThan(Date.parse('2026-03-03T03:30:00Z'));
    expect(operation?.state).toBe('succeeded');
    changesNeedWindows(simulation);
    leftClean(simulation);
  });
});

describe('hands of people', PATIENT, () => {
  const slow = { cluster: { backends: 8, load, backendBytes: 6 * 1024 ** 3 } };
  const victimOf = (simulation: Simulation): string => {
    const decommission = simulation.changes().find(({ text }) => text.includes(' DECOMMISSION BACKEND '));
    return /BACKEND "([^"]+)"/.exec(decommission?.text ?? '')?.[1] ?? '';
  };

  it('a drain that a person began is left alone: nothing is sent while it lasts', async () => {
    const simulation = await week(slow);
    await simulation.advanceTo(Date.parse('2026-03-02T00:30:00Z'));
    const [, , third] = simulation.cluster.backends();
    const address = `${third?.host ?? ''}:${String(third?.ports.heartbeat)}`;
    simulation.byHand('ADMIN SET ALL FRONTENDS CONFIG ("drop_backend_after_decommission" = "false")');
    simulation.byHand(`ALTER SYSTEM DECOMMISSION BACKEND "${address}"`);
    await simulation.advanceTo(Date.parse('2026-03-02T12:00:00Z'));
    expect(reasonsAt(simulation, '2026-03-02T02:00:00Z')).toContain('foreign-operation');
    expect(simulation.changes()).toEqual([]);
  });

  it('a drain of ours that a person cancels is not begun again for 24 h', async () => {
    const simulation = await week({ ...slow, group: { cooldown: { outMs: 0, inMs: 0 } } });
    await simulation.advanceTo(Date.parse('2026-03-02T01:05:00Z'));
    const victim = victimOf(simulation);
    simulation.byHand(`CANCEL DECOMMISSION BACKEND "${victim}"`);
    await simulation.advanceTo(Date.parse('2026-03-03T00:30:00Z'));
    const [operation, ...more] = await simulation.operations();
    expect(more).toEqual([]);
    expect(operation).toMatchObject({ kind: 'remove-backend', state: 'cancelled' });
    expect(operation?.reason).toMatch(/^by hand/);
    expect(reasonsAt(simulation, '2026-03-02T02:00:00Z')).toContain('backoff');
    expect(simulation.members()).toBe(8);
    leftClean(simulation);
    await simulation.advanceTo(Date.parse('2026-03-03T05:00:00Z'));
    const [next] = await simulation.operations();
    expect(next?.targets[0]?.node).not.toBe(victim);
  });

  it('a backend that a person added starts cooldown and minHold', async () => {
    const simulation = await week({ cluster: { backends: 8, load, spareBackendsRunning: true } });
    await simulation.advanceTo(Date.parse('2026-03-01T20:00:00Z'));
    const spare = simulation.cluster.backends().find(({ registered }) => !registered);
    simulation.byHand(`ALTER SYSTEM ADD BACKEND "${spare?.host ?? ''}:${String(spare?.ports.heartbeat)}"`);
    await simulation.advanceTo(Date.parse('2026-03-02T05:00:00Z'));
    expect(reasonsAt(simulation, '2026-03-02T02:00:00Z').slice(0, 2)).toEqual(['cooldown', 'min-hold']);
    expect(simulation.notices.map(({ event }) => event)).toEqual(['foreign-change']);
    expect(simulation.changes()).toEqual([]);
    await simulation.advanceTo(simulation.clock.now() + DAY + 4 * HOUR);
    expect(simulation.changes().length).toBeGreaterThan(0);
  });
});
