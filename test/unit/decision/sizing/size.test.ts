import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import {
  CPU,
  DAY,
  GIB,
  HOUR,
  MINUTE,
  NOW,
  QUERIES,
  SHORT_WEEKNIGHTS,
  backend,
  backends,
  groupPolicy,
  history,
  input,
  reading,
  slots,
  windowsPolicy,
} from '../../../support/decision-input.ts';

function first(given: Parameters<typeof input>[0]) {
  const [group] = decide(input(given)).groups;
  if (group === undefined) throw new Error('no group was decided');
  return group;
}

describe('from load to nodes', () => {
  const DISK = { ...CPU, name: 'be_disk' };

  it('a total is divided by what a node carries', () => {
    expect(first({ need: 3.5 }).raw).toBeCloseTo(3.5);
  });

  it('utilisation summed over the nodes that served is divided by the target', () => {
    const demand = [history({ be_cpu: slots('be_cpu', () => 2.6) })];
    expect(first({ group: { signals: [CPU] }, demand }).raw).toBeCloseTo(5.2);
  });

  it.each([
    { says: 'of the reference change nothing', cores: [40, 40, 40, 40], referenceCores: 40, raw: 4 },
    { says: 'that differ but mean the same change nothing', cores: [64, 64, 16, 16], referenceCores: 40, raw: 4 },
    { says: 'fewer after a large one left: more are needed', cores: [64, 16, 16], referenceCores: 40, raw: 5 },
    {
      says: 'more after a large one came: fewer are needed',
      cores: [64, 64, 64, 16, 16, 16],
      referenceCores: 20,
      raw: 2,
    },
    { says: 'unknown count as the reference', cores: [undefined, undefined], referenceCores: 40, raw: 4 },
    { says: 'without a reference change nothing', cores: [64, 16, 16], referenceCores: undefined, raw: 4 },
  ])('utilisation: cores $says', ({ cores, referenceCores, raw }) => {
    const demand = [history({ be_cpu: slots('be_cpu', () => 2) })];
    const members = cores.map((cpuCores, index) => backend(index, { cpuCores }));
    const group = first({ group: { signals: [CPU] }, demand, members, groupMemory: { referenceCores } });
    expect(group.raw).toBeCloseTo(raw);
  });

  it('the same history is read anew when the backends have changed', () => {
    const demand = [history({ be_cpu: slots('be_cpu', () => 2) })];
    const group = { signals: [CPU] };
    const raws = [40, 20].map((cpuCores) => {
      const given = input({ group, demand, groupMemory: { referenceCores: 40 }, members: backends(4, { cpuCores }) });
      return decide(given).groups[0]?.raw;
    });
    expect(raws).toEqual([expect.closeTo(4), expect.closeTo(8)]);
  });

  it('bytes are divided by the target share of the mean disk', () => {
    const demand = [history({ be_disk: slots('be_disk', () => 230 * GIB) })];
    expect(first({ group: { signals: [DISK] }, demand }).raw).toBeCloseTo(4.6);
  });

  it('bytes without a known capacity are unknown', () => {
    const demand = [history({ be_disk: slots('be_disk', () => 230 * GIB) })];
    const group = first({ group: { signals: [DISK] }, demand, members: backends(6, { totalBytes: 0 }) });
    expect(group).toMatchObject({ raw: undefined, action: 'hold', reasons: ['metrics-unknown'] });
  });

  it('an unknown capacity holds scale-in also where another signal is known', () => {
    const demand = [history({ queries: slots('queries', () => 350), be_disk: slots('be_disk', () => 230 * GIB) })];
    const members = backends(6, { totalBytes: 0 });
    const group = first({ group: { signals: [QUERIES, DISK] }, demand, members });
    expect(group).toMatchObject({ raw: 3.5, action: 'hold' });
    expect(group.reasons).toContain('metrics-unknown');
  });

  it('several signals combine by the highest, and the binding one is named', () => {
    const demand = [history({ queries: slots('queries', () => 350), be_cpu: slots('be_cpu', () => 2.4) })];
    const group = first({ group: { signals: [QUERIES, CPU] }, demand });
    expect(group.raw).toBeCloseTo(4.8);
    expect(group.bindingReason).toContain('be_cpu');
  });

  it('a cluster that shrank in mid-history needs what it needed: history is demand, not a percentage', () => {
    const mean = (nodes: number): number => 2.4 / nodes;
    const summed = slots('be_cpu', (at) => (at < NOW - 4 * DAY ? mean(9) * 9 : mean(6) * 6));
    expect(first({ group: { signals: [CPU] }, demand: [history({ be_cpu: summed })] }).raw).toBeCloseTo(4.8);
  });

  it('the load of tonight does not size the day', () => {
    const demand = [history({ queries: slots('queries', (at) => (new Date(at).getUTCHours() < 6 ? 50 : 580)) })];
    expect(first({ demand })).toMatchObject({ action: 'hold', reasons: ['within-bounds'] });
  });

  it('with too little to forecast from, the highest of the last 8 days counts, and nothing older', () => {
    const peakAt = (ageMs: number) => [
      history({
        queries: slots('queries', (at) => (Math.abs(at - (NOW - ageMs)) < MINUTE ? 590 : 350), { days: 8.25 }),
      }),
    ];
    const { forecast: usual } = groupPolicy();
    const group = { forecast: { ...usual, seasonsMs: [14 * DAY] } };
    expect(first({ group, demand: peakAt(8 * DAY + HOUR) }).raw).toBeCloseTo(3.5);
    expect(first({ group, demand: peakAt(8 * DAY - HOUR) }).raw).toBeCloseTo(5.9);
  });

  it('a decision for a later instant takes the load of today and the windows of then', () => {
    const today = input({ need: 3.5, observation: { at: NOW } });
    const [later] = decide({ ...today, at: NOW + 2 * DAY }).groups;
    expect(later).toMatchObject({ raw: 3.5, action: 'scale-in' });
    const [shut] = decide({ ...today, at: NOW + 2 * DAY + 6 * HOUR }).groups;
    expect(shut?.reasons).toEqual(['outside-window', 'step']);
  });

  it('a slot that is not closed does not count', () => {
    const demand = [history({ queries: slots('queries', (at) => (at >= NOW ? 2000 : 550), { until: NOW + HOUR }) })];
    expect(first({ demand }).raw).toBeCloseTo(5.5);
  });
});

describe('load sampled while our own operation moved data', () => {
  const migrating = (at: number): boolean => at >= NOW - HOUR;
  const busy = (at: number): number => (migrating(at) ? 4 : 2);

  it('asks for no scale-out where it is a utilisation', () => {
    const demand = [history({ be_cpu: slots('be_cpu', busy, { migrating }) })];
    expect(first({ group: { signals: [CPU] }, demand })).toMatchObject({ action: 'hold', raw: 8, recommended: 6 });
  });

  it('counts against a scale-in', () => {
    const demand = [history({ be_cpu: slots('be_cpu', (at) => (migrating(at) ? 2.9 : 2), { migrating }) })];
    expect(first({ group: { signals: [CPU] }, demand }).recommended).toBe(6);
  });

  it.each([
    { says: 'the highest of the last days', days: 8, load: busy, moved: migrating },
    {
      says: 'what was learnt of the same time a week ago',
      days: 28,
      load: (at: number) => (at < NOW - 7 * DAY && at >= NOW - 7 * DAY - 20 * HOUR ? 6 : 2.7),
      moved: (at: number) => at < NOW - 7 * DAY && at >= NOW - 7 * DAY - 20 * HOUR,
    },
  ])('asks for no scale-out of the windows to come either, where one of them could not bring all: $says', (given) => {
    const demand = [history({ be_cpu: slots('be_cpu', given.load, { days: given.days, migrating: given.moved }) })];
    const decision = decide(input({ group: { signals: [CPU], step: { out: 1, in: 1 } }, demand }));
    expect(decision.groups[0]).toMatchObject({ action: 'hold', recommended: 6 });
    expect(decision.calendar.filter(({ from, to }) => to > from)).toEqual([]);
  });

  it('asks for no scale-out where it is the bytes of data that is in two places', () => {
    const bytes = (at: number): number => (migrating(at) ? 420 : 280) * GIB;
    const demand = [history({ be_disk: slots('be_disk', bytes, { migrating }) })];
    const signals = [{ ...CPU, name: 'be_disk' }];
    const decision = decide(input({ group: { signals, step: { out: 1, in: 1 } }, demand }));
    expect(decision.groups[0]).toMatchObject({ action: 'hold', recommended: 6 });
    expect(decision.calendar).toEqual([]);
  });

  it('asks for a scale-out where it is a total', () => {
    const demand = [history({ queries: slots('queries', (at) => busy(at) * 200, { migrating }) })];
    expect(first({ demand })).toMatchObject({ action: 'scale-out', desired: 8 });
  });
});

describe('limits', () => {
  it.each([
    { says: 'a need above max is cut', given: { need: 25, group: { max: 8 } }, to: 8, codes: ['at-max'] },
    {
      says: 'a group above max by hand shrinks by load only',
      given: { nodes: 10, need: 9.5, group: { max: 8 } },
      to: 10,
      codes: ['within-bounds'],
    },
    {
      says: 'a group above max by hand that needs more stays',
      given: { nodes: 10, need: 12, group: { max: 8 } },
      to: 10,
      codes: ['at-max'],
    },
    { says: 'a need below min is raised', given: { nodes: 6, need: 1.2, group: { min: 5 } }, to: 5, codes: ['at-min'] },
    {
      says: 'a group at min that needs less stays',
      given: { nodes: 5, need: 1.2, group: { min: 5 } },
      to: 5,
      codes: ['at-min'],
    },
    { says: 'step.out', given: { need: 15 }, to: 10, codes: ['step'] },
    { says: 'step.in', given: { nodes: 9, need: 3.1 }, to: 8, codes: ['step'] },
    { says: 'the dead band keeps a node', given: { nodes: 6, need: 4.8 }, to: 6, codes: ['dead-band'] },
    {
      says: 'a group above max by hand that needs less shrinks',
      given: { nodes: 10, need: 8.3, group: { max: 8 } },
      to: 9,
      codes: [],
    },
    { says: 'the dead band is never more than half a node', given: { nodes: 19, need: 17.45 }, to: 18, codes: [] },
    { says: 'the dead band does not ask for a node', given: { nodes: 6, need: 6 }, to: 6, codes: ['within-bounds'] },
    { says: 'a need that fits changes nothing', given: { need: 5.4 }, to: 6, codes: ['within-bounds'] },
    {
      says: 'tablets in migration hold scale-in',
      given: { need: 3.5, observation: { tabletsInMigration: { known: true, value: 12 } as const } },
      to: 6,
      codes: ['stabilizing'],
    },
    {
      says: 'unknown migration holds scale-in',
      given: { need: 3.5, observation: { tabletsInMigration: { known: false, reason: 'timeout' } as const } },
      to: 6,
      codes: ['stabilizing'],
    },
    {
      says: 'tablets in migration do not hold scale-out',
      given: { need: 7.5, observation: { tabletsInMigration: { known: true, value: 12 } as const } },
      to: 8,
      codes: [],
    },
    {
      says: 'a higher need of the last 10 min holds scale-in',
      given: { need: 3.5, groupMemory: { recentNeeds: [{ at: NOW - 5 * MINUTE, nodes: 5.6 }] } },
      to: 6,
      codes: ['stabilizing'],
    },
    {
      says: 'a higher need of 11 min ago does not',
      given: { need: 4.2, nodes: 6, groupMemory: { recentNeeds: [{ at: NOW - 11 * MINUTE, nodes: 5.6 }] } },
      to: 5,
      codes: [],
    },
    {
      says: 'a lower need within stabilize.out holds scale-out',
      given: {
        need: 8,
        group: { stabilize: { outMs: 10 * MINUTE, inMs: 10 * MINUTE } },
        groupMemory: { recentNeeds: [{ at: NOW - 5 * MINUTE, nodes: 5.6 }] },
      },
      to: 6,
      codes: ['stabilizing'],
    },
  ])('$says', ({ given, to, codes }) => {
    const group = first(given);
    expect(group.recommended).toBe(to);
    expect(group.reasons).toEqual(codes);
  });

  it('dead nodes count, leaving ones do not', () => {
    const members = [
      ...backends(5),
      ...backends(7)
        .slice(5)
        .map((each) => ({ ...each, alive: false })),
    ];
    expect(first({ members }).current).toBe(7);
    const leaving = members.map((each, index) => (index === 6 ? { ...each, decommissioned: true } : each));
    expect(first({ members: leaving }).current).toBe(6);
  });
});

describe('witnesses', () => {
  const signals = [QUERIES, CPU];
  const demand = [history({ queries: slots('queries', () => 750), be_cpu: slots('be_cpu', () => 5) })];

  it('scale-out goes only as far as signals that are good now ask', () => {
    const observation = {
      signals: [
        {
          role: 'backend' as const,
          group: 'default',
          readings: [reading(QUERIES), reading(CPU, { quality: 'stale' as const })],
        },
      ],
    };
    expect(first({ group: { signals }, demand, observation })).toMatchObject({
      action: 'scale-out',
      desired: 8,
      raw: 10,
    });
  });

  it('unknown load is unknown: nothing shrinks, and what is missing is said', () => {
    const group = first({ demand: [history({})], observation: { signals: [] } });
    expect(group).toMatchObject({ action: 'hold', raw: undefined, desired: 6 });
    expect(group.reasons).toEqual(['metrics-unknown', 'history-short']);
  });

  it('a group without a size signal never shrinks', () => {
    expect(first({ group: { signals: [] }, demand: [] }).recommended).toBe(6);
  });

  it('the hold of a short history says when it is long enough', () => {
    const demandOfFive = [history({ queries: slots('queries', () => 350, { days: 5 }) })];
    const hold = first({ demand: demandOfFive }).guards.find((each) => each.code === 'history-short');
    expect(hold).toMatchObject({ verdict: 'hold' });
    expect(((hold?.until ?? 0) - NOW) / DAY).toBeCloseTo(0.9 * 8 - 5, 1);
  });
});

describe('schedules', () => {
  const floor = (
    fromMs: number,
    parts: { readonly min?: number; readonly max?: number; readonly untilMs?: number } = { min: 9 },
  ) => ({
    name: 'month-end',
    when: { form: 'range' as const, fromMs, untilMs: parts.untilMs ?? fromMs + 8 * DAY },
    min: parts.min,
    max: parts.max,
  });
  const small = { members: backends(6, { dataUsedBytes: 1 }), need: 5.4 };

  it.each([
    { says: 'the last window that suffices is tonight', fromMs: NOW + 10 * HOUR, acts: true },
    { says: 'tomorrow night suffices as well', fromMs: NOW + 1.5 * DAY, acts: false },
    { says: 'it begins within this window, with room to spare', fromMs: NOW + 2 * HOUR, acts: true },
    { says: 'it has begun', fromMs: NOW - HOUR, acts: true },
  ])('growth to a floor begins in the last window that still suffices: $says', ({ fromMs, acts }) => {
    const group = first({ ...small, group: { schedule: [floor(fromMs)] } });
    expect(group.action).toBe(acts ? 'scale-out' : 'hold');
    if (acts) expect(group).toMatchObject({ toFloor: true, desired: 9, reasons: ['schedule'] });
  });

  it('data that takes longer to balance than a day makes it begin a window earlier', () => {
    const rate = {
      policy: { migration: { inWindow: undefined, outside: undefined, assumedRateBytesPerSecond: GIB / 4096 } },
    };
    const schedule = [floor(NOW + 1.5 * DAY)];
    expect(first({ ...small, ...rate, group: { schedule } }).action).toBe('hold');
    const heavy = backends(6, { dataUsedBytes: 15 * GIB });
    expect(first({ ...small, ...rate, members: heavy, group: { schedule } }).action).toBe('scale-out');
  });

  it('a window into which no order fits with its safety does not suffice: the one before it has to begin', () => {
    const windows = windowsPolicy({ allow: SHORT_WEEKNIGHTS });
    const sunday = Date.UTC(2026, 2, 8, 12);
    // 50 min of a weeknight are usable: an addition takes 40, and with its safety it is not begun.
    const group = { schedule: [floor(sunday + 3 * DAY)], leadTimeMs: 40 * MINUTE };
    expect(first({ ...small, at: sunday, policy: { windows }, group })).toMatchObject({
      action: 'scale-out',
      desired: 9,
      toFloor: true,
    });
    const quick = { ...group, leadTimeMs: 30 * MINUTE };
    expect(first({ ...small, at: sunday, policy: { windows }, group: quick }).action).toBe('hold');
  });

  it('the last window that suffices may be weeks before it, where windows are weeks apart', () => {
    const monthly = { form: 'monthly', name: 'first', monthDays: [1], startMinute: 0, endMinute: 1440 } as const;
    const schedule = [floor(Date.UTC(2026, 2, 25))];
    const given = { ...small, policy: { windows: windowsPolicy({ allow: [monthly] }) }, group: { schedule } };
    const open = first({ ...given, at: Date.UTC(2026, 2, 1, 12) });
    expect(open).toMatchObject({ action: 'scale-out', desired: 9, toFloor: true });
    const shut = first({ ...given, at: Date.UTC(2026, 1, 20) });
    expect(shut).toMatchObject({ action: 'hold', recommended: 9, reasons: ['outside-window', 'schedule'] });
    expect(first({ ...given, at: Date.UTC(2026, 1, 1, 12) }).recommended).toBe(6);
  });

  it('too late it begins all the same and says by how much it falls short', () => {
    const schedule = [floor(NOW + 5 * MINUTE, { min: 12 })];
    const group = first({ ...small, group: { schedule } });
    expect(group).toMatchObject({ action: 'scale-out', desired: 10, toFloor: true });
    expect(group.bindingReason).toMatch(/too late by 15 min, 6 nodes short/);
  });

  it('a floor that is there already is kept and not called late, however little the load needs', () => {
    const schedule = [floor(NOW + 5 * MINUTE, { min: 6 })];
    const group = first({ ...small, need: 3.2, group: { schedule } });
    expect(group).toMatchObject({ action: 'hold', current: 6, desired: 6 });
    expect(group.bindingReason).toMatch(/month-end needs 6 nodes from [^;]*$/);
  });

  it('outside windows it is wanted when the next window has to begin it', () => {
    const at = NOW + 8 * HOUR;
    const soon = first({ ...small, at, group: { schedule: [floor(at + 20 * HOUR)] } });
    expect(soon).toMatchObject({ action: 'hold', recommended: 9, reasons: ['outside-window', 'schedule'] });
    const later = first({ ...small, at, group: { schedule: [floor(at + 60 * HOUR)] } });
    expect(later.recommended).toBe(6);
  });

  it('it needs no metric at all', () => {
    const group = first({
      ...small,
      demand: [],
      observation: { signals: [] },
      group: { schedule: [floor(NOW + 10 * HOUR)] },
    });
    expect(group).toMatchObject({ action: 'scale-out', desired: 9 });
  });

  it('the highest floor wins over any ceiling', () => {
    const schedule = [
      floor(NOW - HOUR, { min: 8 }),
      floor(NOW - HOUR, { min: 7 }),
      { ...floor(NOW - HOUR, { max: 4 }), name: 'cap' },
    ];
    expect(first({ ...small, group: { schedule } })).toMatchObject({ desired: 8 });
  });

  it('the highest floor wins over any ceiling also where the dead band keeps as many as the floor', () => {
    const schedule = [floor(NOW - HOUR, { min: 6 }), { ...floor(NOW - HOUR, { max: 4 }), name: 'cap' }];
    expect(first({ need: 5, group: { schedule } })).toMatchObject({ action: 'hold', recommended: 6 });
  });

  it('a ceiling never forces nodes below the required size', () => {
    const schedule = [floor(NOW - HOUR, { max: 4 })];
    expect(first({ need: 5.4, group: { schedule } }).recommended).toBe(6);
    expect(first({ need: 4.8, nodes: 6, group: { schedule } })).toMatchObject({
      recommended: 5,
      reasons: ['schedule', 'dead-band'],
    });
  });

  it('a ceiling is reached before it begins: in the last window before it, and not earlier', () => {
    const cap = (fromMs: number) => [{ ...floor(fromMs, { max: 5 }), name: 'cap' }];
    const given = (at: number) => ({ need: 4.8, nodes: 6, at, group: { schedule: cap(NOW + 34 * HOUR) } });
    // It begins on Wednesday noon; windows are Tuesday and Wednesday 01:00-05:00.
    expect(first(given(NOW)).recommended).toBe(6);
    expect(first(given(NOW + 10 * HOUR))).toMatchObject({
      recommended: 5,
      reasons: ['outside-window', 'schedule', 'dead-band'],
    });
    expect(first(given(NOW + 24 * HOUR))).toMatchObject({ recommended: 5, action: 'scale-in' });
  });

  it('a group that is not growing to the floor is not called so', () => {
    expect(first({ need: 9.5, group: { schedule: [floor(NOW - HOUR, { min: 8 })] } })).toMatchObject({
      desired: 10,
      toFloor: false,
    });
  });

  it('in a window that is always open it begins a day before it must, not weeks', () => {
    const windows = windowsPolicy({ always: true, allow: [] });
    const begins = (hours: number) =>
      first({ ...small, policy: { windows }, group: { schedule: [floor(NOW + hours * HOUR)] } }).action;
    expect(begins(25)).toBe('hold');
    expect(begins(24)).toBe('scale-out');
  });

  it('with scaleOut: anytime it begins just in time', () => {
    const windows = windowsPolicy({ scaleOut: 'anytime' });
    const at = NOW + 8 * HOUR;
    const schedule = [floor(at + HOUR)];
    expect(first({ ...small, at, policy: { windows }, group: { schedule } }).recommended).toBe(6);
    const due = at + 50 * MINUTE;
    expect(first({ ...small, at: due, policy: { windows }, group: { schedule } })).toMatchObject({
      action: 'scale-out',
      desired: 9,
    });
  });
});
