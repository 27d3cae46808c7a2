import { afterEach, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../src/domain/group-policy.ts';
import type { OnClose } from '../../src/domain/window.ts';
import { CPU, groupPolicy, MINUTE, windowsPolicy } from '../support/decision-input.ts';
import { changesNeedWindows, leftClean, staysWithin } from './support/invariants.ts';
import { simulate } from './support/simulate.ts';
import type { Simulation } from './support/simulate.ts';

const SIXTY: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
const GIB = 1024 ** 3;
const instant = Date.parse;
const brief = (name: string, startMinute: number) => ({
  form: 'weekly' as const,
  name,
  days: [1, 2, 3, 4, 5, 6, 7] as const,
  startMinute,
  endMinute: startMinute + 15,
});

const running: Simulation[] = [];
afterEach(async () => {
  for (const simulation of running.splice(0)) await simulation.end();
});

/** Six backends of which five suffice, two windows of 15 min a night, and more to move than one of them allows. */
async function nightsTooShort(onClose: OnClose): Promise<Simulation> {
  const simulation = await simulate({
    startAt: '2026-03-02T00:50:00Z',
    intervalMs: 5 * MINUTE,
    cluster: { backends: 6, load: () => 2.4, backendBytes: 20 * GIB },
    policy: {
      windows: windowsPolicy({
        onClose,
        guardMs: MINUTE,
        allow: [brief('night', 60), brief('dawn', 240)],
      }),
      migration: {
        inWindow: { schedule_slot_num_per_hdd_path: 4, schedule_slot_num_per_ssd_path: 4 },
        outside: { schedule_slot_num_per_hdd_path: 1, schedule_slot_num_per_ssd_path: 1 },
        assumedRateBytesPerSecond: 60 * 1024 ** 2,
      },
      backends: [groupPolicy({ signals: [SIXTY] })],
    },
  });
  running.push(simulation);
  return simulation;
}

const sent = (simulation: Simulation, text: RegExp): readonly string[] =>
  simulation
    .changes()
    .filter((change) => text.test(change.text))
    .map(
      ({ atMs, text: full }) => `${new Date(atMs).toISOString().slice(5, 16)} ${full.replace(/"[^"]*:9050"/, 'it')}`,
    );

describe('a window that closes on a drain', { timeout: 240_000 }, () => {
  it('throttle: it goes on slowly, waits empty and serving, and is taken out in the next window', async () => {
    const simulation = await nightsTooShort('throttle');
    await simulation.advanceTo(instant('2026-03-02T03:59:00Z'));
    const [waiting] = await simulation.operations();
    expect(waiting?.endedAt).toBeUndefined();
    expect(waiting).toMatchObject({ kind: 'remove-backend', progress: { tabletsRemaining: 0 } });
    expect(simulation.members()).toBe(6);
    expect(sent(simulation, /schedule_slot_num_per_ssd_path/)).toEqual([
      '03-02T01:00 ADMIN SET ALL FRONTENDS CONFIG ("schedule_slot_num_per_ssd_path" = "4")',
      '03-02T01:15 ADMIN SET ALL FRONTENDS CONFIG ("schedule_slot_num_per_ssd_path" = "1")',
    ]);
    await simulation.advanceTo(instant('2026-03-02T04:10:00Z'));
    expect(await simulation.operations()).toMatchObject([{ state: 'succeeded' }]);
    expect(simulation.members()).toBe(5);
    expect(sent(simulation, /DECOMMISSION|disable_query|"drop_backend_after_decommission" = "true"/)).toEqual([
      '03-02T01:00 ALTER SYSTEM DECOMMISSION BACKEND it',
      '03-02T04:00 ALTER SYSTEM MODIFY BACKEND it SET ("disable_query" = "true")',
      '03-02T04:00 ADMIN SET ALL FRONTENDS CONFIG ("drop_backend_after_decommission" = "true")',
    ]);
    changesNeedWindows(simulation);
    staysWithin(simulation, { least: 5, most: 6 });
    leftClean(simulation);
  });

  it('cancel: everything is put back, and scale-in backs off for a day', async () => {
    const simulation = await nightsTooShort('cancel');
    await simulation.advanceTo(instant('2026-03-02T02:00:00Z'));
    expect(await simulation.operations()).toMatchObject([{ kind: 'remove-backend', state: 'cancelled' }]);
    expect(simulation.members()).toBe(6);
    expect(simulation.counts.at(-1)?.backends).toBe(6);
    expect(sent(simulation, /DECOMMISSION|disable_load|"drop_backend_after_decommission" = "true"/)).toEqual([
      '03-02T01:00 ALTER SYSTEM MODIFY BACKEND it SET ("disable_load" = "true")',
      '03-02T01:00 ALTER SYSTEM DECOMMISSION BACKEND it',
      expect.stringMatching(/^03-02T01:1[45] CANCEL DECOMMISSION BACKEND it$/),
      expect.stringMatching(/^03-02T01:1[45] ALTER SYSTEM MODIFY BACKEND it SET \("disable_load" = "false"\)$/),
      expect.stringMatching(/^03-02T01:1[45] ADMIN SET .* \("drop_backend_after_decommission" = "true"\)$/),
    ]);
    const guards = simulation.records.at(-1)?.groups[0]?.guards;
    expect(guards?.find(({ code }) => code === 'backoff')?.verdict).toBe('hold');
    changesNeedWindows(simulation);
    leftClean(simulation);
  });
});
