import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
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

const calendar = (given: Parameters<typeof input>[0]): readonly string[] =>
  decide(input({ members: backends(given.nodes ?? 6, { dataUsedBytes: GIB }), ...given })).calendar.map(
    (entry) => `${new Date(entry.at).toISOString().slice(5, 16)} ${String(entry.from)} -> ${String(entry.to)}`,
  );
const monthEnd = {
  name: 'month-end',
  when: { form: 'range' as const, fromMs: NOW + 3 * DAY, untilMs: NOW + 6 * DAY },
  min: 9,
  max: undefined,
};

describe('the calendar: what the coming windows would do with what is known now', () => {
  it('is empty when nothing is wanted', () => {
    expect(calendar({ need: 5.4 })).toEqual([]);
  });

  it('holds what outside-window holds now', () => {
    expect(calendar({ at: NOW + 6 * HOUR, need: 8.2 })).toEqual(['03-11T01:00 6 -> 9']);
  });

  it('goes down by a step a window, down to the need and no further', () => {
    expect(calendar({ at: NOW + 6 * HOUR, need: 3.6 })).toEqual(['03-11T01:00 6 -> 5', '03-12T01:00 5 -> 4']);
  });

  it('goes down in windows alone where growth needs none', () => {
    const windows = windowsPolicy({ scaleOut: 'anytime' });
    expect(calendar({ at: NOW + 6 * HOUR, need: 3.6, policy: { windows } })).toEqual([
      '03-11T01:00 6 -> 5',
      '03-12T01:00 5 -> 4',
    ]);
  });

  it('counts the cooldown from the end of what is done now', () => {
    expect(calendar({ need: 3.6 })).toEqual(['03-11T01:00 5 -> 4']);
    expect(calendar({ need: 3.6, group: { cooldown: { outMs: 0, inMs: 30 * HOUR } } })).toEqual(['03-12T01:00 5 -> 4']);
  });

  it('grows in the last window before a floor, and shrinks after it and after minHold', () => {
    expect(calendar({ need: 5.4, group: { schedule: [monthEnd] } })).toEqual([
      '03-13T01:00 6 -> 9',
      // The floor ends in the middle of that window.
      '03-16T02:00 9 -> 8',
      '03-17T01:00 8 -> 7',
      '03-18T01:00 7 -> 6',
    ]);
  });

  it('takes nothing away that a floor needs back within minHold', () => {
    const soon = { ...monthEnd, when: { ...monthEnd.when, fromMs: NOW + 1.4 * DAY } };
    expect(calendar({ at: NOW + 6 * HOUR, nodes: 9, need: 5.4, group: { schedule: [soon] } })[0]).toBe(
      '03-16T02:00 9 -> 8',
    );
  });

  it('without a window in the next 14 days what is wanted is still said, and held by the window', () => {
    const newYear = { form: 'cron', name: 'new-year', cron: '0 0 1 1 *', durationMs: HOUR } as const;
    const decision = decide(
      input({
        members: backends(6, { dataUsedBytes: GIB }),
        need: 3.6,
        policy: { windows: windowsPolicy({ allow: [newYear] }) },
      }),
    );
    expect(decision.groups[0]).toMatchObject({ action: 'hold', recommended: 5, reasons: ['outside-window', 'step'] });
    expect(decision.calendar).toEqual([]);
  });

  it('goes no lower than a floor of then, also one that asks for less than is needed now', () => {
    const at = NOW + 8 * HOUR;
    const isWeekend = (each: number): boolean => new Date(each).getUTCDay() % 6 === 0;
    const demand = [
      history({ queries: slots('queries', (each) => (isWeekend(each) ? 280 : 990), { until: at, days: 28 }) }),
    ];
    const when = { ...monthEnd.when, fromMs: Date.UTC(2026, 2, 14), untilMs: Date.UTC(2026, 2, 16) };
    const planned = (schedule: readonly (typeof monthEnd)[]) =>
      calendar({
        at,
        nodes: 10,
        demand,
        group: { schedule, step: { out: 4, in: 4 }, cooldown: { outMs: 0, inMs: 0 }, minHoldMs: 0 },
      })[0];
    expect(planned([])).toBe('03-14T01:00 10 -> 7');
    expect(planned([{ ...monthEnd, when, min: 8 }])).toBe('03-14T01:00 10 -> 8');
  });

  it('names the schedule', () => {
    const decision = decide(
      input({ members: backends(6, { dataUsedBytes: 1 }), need: 5.4, group: { schedule: [monthEnd] } }),
    );
    expect(decision.calendar[0]?.reason).toBe('month-end');
  });

  it('names no schedule where nodes are taken away before it', () => {
    const windows = windowsPolicy({ scaleOut: 'anytime' });
    const given = { at: NOW + 6 * HOUR, members: backends(6, { dataUsedBytes: 1 }), need: 4.2 };
    const decision = decide(input({ ...given, group: { schedule: [monthEnd] }, policy: { windows } }));
    expect(decision.calendar[0]).toMatchObject({ from: 6, to: 5 });
    expect(decision.calendar[0]?.reason).toMatch(/nodes needed/);
  });

  it('plans no removal while the history is short', () => {
    const at = NOW + 6 * HOUR;
    expect(calendar({ at, demand: [] })).toEqual([]);
    expect(
      calendar({ at, demand: [history({ queries: slots('queries', () => 360, { until: at, days: 5 }) })] }),
    ).toEqual([]);
  });

  it('counts cooldown and minHold from what somebody else changed', () => {
    const change = { role: 'backend' as const, group: 'default', node: '10.0.0.9:9050', change: 'removed' as const };
    const foreignChanges = [{ ...change, at: NOW - 20 * HOUR }];
    expect(calendar({ need: 3.6, memory: { foreignChanges } })).toEqual(['03-11T01:00 6 -> 5', '03-12T01:00 5 -> 4']);
    const justNow = foreignChanges.map((each) => ({ ...each, at: NOW - 10 * MINUTE }));
    expect(calendar({ need: 8.2, memory: { foreignChanges: justNow } })).toEqual(['03-10T02:20 6 -> 9']);
  });

  it('begins growth no earlier than cooldown.out allows', () => {
    const entries = calendar({ need: 8.2, groupMemory: { lastOutEndedAt: NOW - 10 * MINUTE } });
    expect(entries).toEqual(['03-10T02:20 6 -> 9']);
  });

  it('names what growth is for, also where it begins before that is asked for', () => {
    // One node an order and six orders a night: those of Wednesday alone do not suffice.
    const at = NOW - 2 * HOUR;
    const isBusy = (each: number): boolean => new Date(each).getUTCDay() === 3 && new Date(each).getUTCHours() >= 8;
    const load = (each: number): number => (isBusy(each) ? 2750 : 1940);
    const demand = [history({ queries: slots('queries', load, { until: at, days: 28 }) })];
    const group = { max: 40, step: { out: 1, in: 1 } };
    const { calendar: planned } = decide(input({ at, members: backends(20, { dataUsedBytes: 1 }), demand, group }));
    expect(planned[0]).toMatchObject({ from: 20, to: 22 });
    expect(planned[0]?.reason).toMatch(/^28 nodes needed /);
  });
});

describe('growth to a floor is in the calendar when it will be done', () => {
  const floor = { ...monthEnd, when: { ...monthEnd.when, fromMs: NOW + 34 * HOUR, untilMs: NOW + 40 * HOUR } };
  const group = { schedule: [floor] };
  const entryText = (at: number, from = 6, to: number | undefined): string =>
    `${new Date(at).toISOString().slice(5, 16)} ${String(from)} -> ${String(to)}`;

  it.each([
    ['in the last window before it', {}, '03-11T01:00'],
    ['between windows where growth needs none', { scaleOut: 'anytime' }, '03-11T11:50'],
    ['a day early at most in a window that is open for days', { always: true, allow: [] }, '03-10T11:50'],
    ['when it must where neither binds it', { always: true, allow: [], scaleOut: 'anytime' }, '03-11T11:50'],
  ] as const)('%s', (_when, parts, begin) => {
    const policy = { windows: windowsPolicy(parts) };
    const planned = calendar({ need: 5.4, policy, group })[0];
    const decisions = Array.from({ length: 34 * 12 }, (_, index) => NOW + index * 5 * MINUTE).values();
    const done = decisions
      .map((at) => decide(input({ at, members: backends(6, { dataUsedBytes: GIB }), need: 5.4, policy, group })))
      .find(({ groups }) => groups[0]?.action !== 'hold');
    expect(planned).toBe(`${begin} 6 -> 9`);
    expect(entryText(done?.at ?? 0, done?.groups[0]?.current, done?.groups[0]?.desired)).toBe(planned);
  });
});
