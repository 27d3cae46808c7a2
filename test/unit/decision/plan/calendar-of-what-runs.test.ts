import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { Operation } from '../../../../src/domain/operation.ts';
import {
  backends,
  DAY,
  GIB,
  history,
  HOUR,
  input,
  MINUTE,
  NOW,
  slots,
  windowsPolicy,
} from '../../../support/decision-input.ts';
import { operation } from '../../../support/decision-record.ts';

const calendar = (given: Parameters<typeof input>[0]): readonly string[] =>
  decide(input({ members: backends(given.nodes ?? 6, { dataUsedBytes: GIB }), ...given })).calendar.map(
    (entry) => `${new Date(entry.at).toISOString().slice(5, 16)} ${String(entry.from)} -> ${String(entry.to)}`,
  );
/** Takes so long to be drained, by the rate that is assumed. */
const holding = (hours: number, count: number) => {
  const bytes = 20 * 1024 ** 2 * 3600 * hours;
  return backends(count, { dataUsedBytes: bytes, totalBytes: 10 * bytes, availableBytes: 8 * bytes });
};
const open = (parts: Partial<Operation>): Operation =>
  operation({ createdAt: NOW - 5 * MINUTE, startedAt: NOW - 5 * MINUTE, ...parts });
const adding = open({ kind: 'add-backend', from: 6, to: 7, targets: [] });

describe('the calendar begins with the end of what runs', () => {
  it('growth that is left goes on after the cooldown of what is done now, not at the end of the window or a day later', () => {
    const group = { step: { out: 2, in: 1 } };
    expect(calendar({ need: 9.2, group })).toEqual(['03-10T02:40 8 -> 10']);
    const windows = windowsPolicy({ always: true, allow: [] });
    expect(calendar({ need: 9.2, group, policy: { windows } })).toEqual(['03-10T02:40 8 -> 10']);
  });

  it('a removal that runs is a step: the next one waits for its end and for cooldown.in', () => {
    expect(calendar({ nodes: 5, need: 3.6, memory: { openOperation: open({}) } })).toEqual(['03-11T01:00 5 -> 4']);
  });

  it('one that is taken back leaves the nodes that there were', () => {
    const cancelRequested = { at: NOW, by: 'ops', reason: 'not tonight' };
    const openOperation = open({ cancelRequested });
    expect(calendar({ nodes: 5, need: 5.4, memory: { openOperation } })).toEqual([]);
  });

  it('an addition that runs counts as there, and growth beyond it waits for cooldown.out', () => {
    expect(calendar({ need: 6.4, memory: { openOperation: adding } })).toEqual([]);
    expect(calendar({ need: 8.2, memory: { openOperation: adding } })).toEqual(['03-10T02:35 7 -> 9']);
  });

  it('what runs in another group is waited for, without a cooldown', () => {
    const openOperation = { ...adding, group: 'etl' };
    expect(calendar({ need: 8.2, memory: { openOperation } })).toEqual(['03-10T02:05 6 -> 9']);
  });

  it('what is over before the next window opens is followed at its beginning', () => {
    const at = NOW + 3 * HOUR + 5 * MINUTE;
    const openOperation = { ...adding, createdAt: at - 7 * MINUTE, startedAt: at - 7 * MINUTE };
    expect(calendar({ at, need: 8.2, memory: { openOperation } })).toEqual(['03-11T01:00 7 -> 9']);
    const other = { ...openOperation, group: 'etl' };
    expect(calendar({ at, need: 8.2, memory: { openOperation: other } })).toEqual(['03-11T01:00 6 -> 9']);
    expect(calendar({ at, need: 4.2, memory: { openOperation: other } })).toEqual(['03-11T01:00 6 -> 5']);
  });

  it('a drain that outlasts its window is over when the next one lets the backend leave, and cooldown.in counts from there', () => {
    // Drained at 12:00, taken out at 01:00: the pause of 14 h ends at 15:00.
    const cooldown = { outMs: 0, inMs: 14 * HOUR };
    expect(calendar({ members: holding(10, 6), need: 3.6, group: { cooldown } })).toEqual(['03-12T01:00 5 -> 4']);
    const progress = {
      ratio: 0.5,
      tabletsRemaining: 1,
      bytesRemaining: GIB,
      estimatedEndAt: NOW + 10 * HOUR,
      text: '',
    };
    const openOperation = open({ progress });
    expect(calendar({ members: holding(10, 5), need: 3.6, group: { cooldown }, memory: { openOperation } })).toEqual([
      '03-12T01:00 5 -> 4',
    ]);
    // The same of a removal that is only planned: Wednesday's leaves on Thursday.
    expect(calendar({ at: NOW + 6 * HOUR, members: holding(10, 6), need: 3.6, group: { cooldown } })).toEqual([
      '03-11T01:00 6 -> 5',
      '03-13T01:00 5 -> 4',
    ]);
  });

  it('what is throttled while no window is open is drained the later', () => {
    const group = { cooldown: { outMs: 0, inMs: 23 * HOUR } };
    const speed = (slots: number) => ({ schedule_slot_num_per_hdd_path: slots, schedule_slot_num_per_ssd_path: slots });
    const migration = { inWindow: speed(4), outside: speed(1), assumedRateBytesPerSecond: 20 * 1024 ** 2 };
    const policy = { backends: input({ group }).policy.backends };
    expect(calendar({ members: holding(10, 6), need: 3.6, policy })).toEqual(['03-12T01:00 5 -> 4']);
    expect(calendar({ members: holding(10, 6), need: 3.6, policy: { ...policy, migration } })).toEqual([
      '03-12T02:10 5 -> 4',
    ]);
  });
});

describe('the calendar promises nothing that a guard holds until a known time', () => {
  const at = NOW + 6 * HOUR;

  it.each([
    ['a drain that does not fit into any window with onClose: cancel', 'cancel' as const, 10],
    ['a drain that the deadline would end', 'throttle' as const, 80],
  ])('%s', (_what, onClose, hours) => {
    const windows = windowsPolicy({ onClose });
    const known = { at, need: 3.6, policy: { windows } };
    const measured = { ...known, members: holding(1, 6), groupMemory: { removeDurationMs: hours * HOUR } };
    for (const given of [{ ...known, members: holding(hours, 6) }, measured]) {
      const decision = decide(input(given));
      expect(decision.groups[0]?.reasons).toContain('window-too-short');
      expect(decision.calendar).toEqual([]);
    }
  });

  it('more of a removal than its window has time for with onClose: cancel', () => {
    const given = { policy: { windows: windowsPolicy({ onClose: 'cancel' }) }, group: { step: { out: 4, in: 2 } } };
    // With safety, two of an hour and a half do not fit into the night.
    expect(calendar({ ...given, at, members: holding(1.5, 7), need: 4.2 })).toEqual([
      '03-11T01:00 7 -> 6',
      '03-12T01:00 6 -> 5',
    ]);
    // Half of the night is over: one goes now.
    expect(calendar({ ...given, members: holding(1, 9), need: 4.2 })).toEqual([
      '03-11T01:00 8 -> 6',
      '03-12T01:00 6 -> 5',
    ]);
  });

  it('a pause', () => {
    const pause = { cluster: 'analytics', since: NOW - HOUR, until: NOW + 49 * HOUR, reason: '', by: 'ops' };
    const paused = (direction: 'in' | 'out', need: number) =>
      calendar({ need, memory: { pauses: [{ ...pause, direction }] } });
    expect(paused('in', 4.2)).toEqual(['03-12T03:00 6 -> 5']);
    expect(paused('out', 8.2)).toEqual(['03-12T03:00 6 -> 9']);
  });

  it.each(['in', 'both'] as const)('a pause of %s, though nothing is wanted yet', (direction) => {
    const pause = { cluster: 'analytics', since: NOW, until: NOW + 6 * DAY, reason: '', by: 'ops', direction };
    const load = (each: number): number => (new Date(each).getUTCDay() % 6 === 0 ? 280 : 870);
    const demand = [history({ queries: slots('queries', load, { until: at, days: 28 }) })];
    const first = (pauses: readonly (typeof pause)[]) => calendar({ at, nodes: 9, demand, memory: { pauses } })[0];
    expect(first([])).toBe('03-14T01:00 9 -> 8');
    expect(first([pause])).toBe('03-21T01:00 9 -> 8');
  });

  it.each(['out', 'both'] as const)('growth to a floor during a pause of %s', (direction) => {
    const pauses = [{ cluster: 'analytics', since: NOW, until: NOW + 3 * DAY, reason: '', by: 'ops', direction }];
    const when = { form: 'range' as const, fromMs: NOW + 2.3 * DAY, untilMs: NOW + 5.3 * DAY };
    const group = { schedule: [{ name: 'sale', when, min: 8, max: undefined }] };
    expect(calendar({ at, need: 5.4, group })[0]).toBe('03-12T01:00 6 -> 8');
    expect(calendar({ at, need: 5.4, group, memory: { pauses } })[0]).toBe('03-13T02:00 6 -> 8');
  });

  it('nodes that a floor needs back within minHold', () => {
    const when = { form: 'range' as const, fromMs: NOW + 3.4 * DAY, untilMs: NOW + 4.3 * DAY };
    const schedule = [{ name: 'sale', when, min: 8, max: undefined }];
    const group = { minHoldMs: 3 * DAY, schedule, step: { out: 2, in: 4 } };
    const given = { at, members: backends(9, { dataUsedBytes: GIB }), need: 4.2, group };
    expect(decide(input(given)).groups[0]?.reasons).toContain('min-hold');
    expect(calendar(given)).toEqual(['03-11T01:00 9 -> 8', '03-15T01:00 8 -> 5']);
  });
});
