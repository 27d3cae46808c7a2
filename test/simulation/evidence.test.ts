import { afterEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import type { Fault } from '../../src/simulator/faults/fault.ts';
import { officeLoad } from '../../src/simulator/load/office-load.ts';
import { CPU, DAY, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { simulate } from './support/simulate.ts';
import type { SimulateOptions, Simulation } from './support/simulate.ts';

const START = '2026-03-01T12:00:00Z';
const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
const PATIENT = { timeout: 240_000 };
/** Needs 4.4 nodes at 60 % on its busiest day. */
const load = officeLoad({ peak: 2.4, seed: 7 });

const running: Simulation[] = [];
async function week(policy: SimulateOptions['policy'] = {}) {
  const simulation = await simulate({
    startAt: START,
    intervalMs: 5 * MINUTE,
    cluster: { backends: 8, load },
    policy: { windows: windowsPolicy(), backends: [groupPolicy({ signals: [SIXTY] })], ...policy },
  });
  running.push(simulation);
  return simulation;
}
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});

/** How often each statement was sent by us until an instant, names of tables and backends left out. */
async function counted(simulation: Simulation, days: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let seen = -1;
  for (let hour = 0; hour < days * 24; hour += 1) {
    await simulation.advanceBy(HOUR);
    // The log is bounded: it is read before it forgets.
    for (const { sequence, user, text } of simulation.cluster.statements(seen)) {
      seen = sequence;
      if (user !== 'autoscaler') continue;
      const kind = text.replaceAll(/`[^`]*`/g, '?').replaceAll(/\d+/g, 'N');
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  return counts;
}

const HEALTH = "SHOW PROC '/cluster_health/tablet_health'";
const PARTITIONS = 'SHOW PARTITIONS FROM ?.?';
const JOBS = "SHOW PROC '/jobs/-N'";
const of = (counts: ReadonlyMap<string, number>, kind: string): number => counts.get(kind) ?? 0;

describe('what the proof before a removal costs the FE in a week', PATIENT, () => {
  it('one walk over the tablets for each removal, none for the 2,000 evaluations beside them', async () => {
    const simulation = await week();
    const counts = await counted(simulation, 7);
    const removals = (await simulation.operations()).filter(({ kind }) => kind === 'remove-backend');
    expect(removals).toHaveLength(4);
    expect(simulation.records.length).toBeGreaterThan(2000);
    expect(of(counts, HEALTH)).toBe(4);
    expect(of(counts, PARTITIONS)).toBeLessThan(100);
    expect(of(counts, 'SHOW TABLETS FROM ?.?')).toBe(0);
  });

  it('a removal that only the tablets refuse: they are looked at 10, 20, 40 and every 60 min, not at each attempt', async () => {
    const simulation = await week({ singleReplica: 'refuse' });
    const counts = await counted(simulation, 7);
    expect(simulation.changes()).toEqual([]);
    const held = simulation.records.filter(({ groups: [group] }) => group?.reasons.includes('single-replica'));
    // Every attempt of seven nights says why, with the age of the look.
    expect(held.length).toBeGreaterThan(300);
    expect(of(counts, HEALTH)).toBeGreaterThan(7);
    expect(of(counts, HEALTH)).toBeLessThan(50);
    expect(of(counts, JOBS)).toBeGreaterThan(held.length - 1);
  });

  it('a removal that something cheaper refuses walks no tablet, and begins when that has ended', async () => {
    const simulation = await week();
    const job: Fault = { kind: 'running-job', job: 'schema_change', database: 'shop', table: 'orders', on: true };
    simulation.cluster.inject(job, simulation.clock.now());
    const before = await counted(simulation, 2);
    expect(of(before, HEALTH)).toBe(0);
    expect(simulation.changes()).toEqual([]);
    const reasons = simulation.records.map(({ groups: [group] }) => group?.reasons[0]);
    expect(reasons).toContain('schema-change-running');
    simulation.cluster.inject({ ...job, on: false }, simulation.clock.now());
    await simulation.advanceBy(DAY);
    expect((await simulation.operations()).map(({ state }) => state)).toEqual(['succeeded']);
  });

  it('a load that never ends is named by its id, from half an hour on', async () => {
    const simulation = await week();
    await simulation.advanceTo(Date.parse('2026-03-02T00:45:00Z'));
    const fault: Fault = { kind: 'open-transaction', database: 'shop', label: 'nightly', on: true };
    // A backup keeps the removal of this night from beginning while the load is young.
    simulation.cluster.inject(
      { kind: 'running-job', job: 'backup', database: 'shop', table: 'orders', on: true },
      simulation.clock.now(),
    );
    await simulation.advanceTo(Date.parse('2026-03-02T03:00:00Z'));
    simulation.cluster.inject(fault, simulation.clock.now());
    const saidAt = async (instant: string): Promise<string> => {
      await simulation.advanceTo(Date.parse(instant));
      const guards = simulation.records.at(-1)?.groups[0]?.guards ?? [];
      return guards.find(({ code }) => code === 'schema-change-running')?.detail ?? '';
    };
    expect(await saidAt('2026-03-02T03:20:00Z')).not.toContain('older than 30 min');
    expect(await saidAt('2026-03-02T03:35:00Z')).toMatch(/1 transaction older than 30 min: \d+ \(shop\)/);
    expect(simulation.changes()).toEqual([]);
  });
});
