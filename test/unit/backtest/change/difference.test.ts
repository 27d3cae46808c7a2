import { describe, expect, it } from 'vitest';
import { groupDifference } from '../../../../src/backtest/change/difference.ts';
import type { Side } from '../../../../src/backtest/change/side.ts';
import type { Trace } from '../../../../src/backtest/trace/trace.ts';
import type { GroupPolicy, SignalPolicy } from '../../../../src/domain/group-policy.ts';
import { clusterPolicy, DAY, groupPolicy, MINUTE, NOW, QUERIES } from '../../../support/decision-input.ts';

const UNTIL = NOW - (NOW % DAY);
const FROM = UNTIL - 14 * DAY;

/** 900 by day and 300 by night; 24 days of it, 14 judged. */
function load(days = 24, name = 'queries'): Trace {
  const minutes = days * 24 * 60;
  const values = Float64Array.from({ length: minutes }, (_, minute) => {
    const hour = Math.floor(minute / 60) % 24;
    return hour >= 8 && hour < 20 ? 900 : 300;
  });
  return { name: 'a day like any other', startMs: UNTIL - minutes * MINUTE, minutes, columns: [{ name, values }] };
}

function side(parts: Partial<GroupPolicy> = {}, trace: Trace | undefined = load()): Side {
  const group = groupPolicy({ minHoldMs: 0, cooldown: { outMs: 0, inMs: 0 }, ...parts });
  return { cluster: clusterPolicy({ backends: [group] }), group, trace };
}
const perNode = (each: number): readonly SignalPolicy[] => [
  { ...QUERIES, purpose: { kind: 'size', form: 'per-node', perNode: each } },
];
const difference = (after: Side, before = side(), start: number | undefined = 12) =>
  groupDifference({ before, after, fromMs: FROM, start });

describe('two policies on the same load', () => {
  it('that are the same have the same figures, over the days that are judged', () => {
    const { compared, beyond, unknown } = difference(side());
    expect(compared?.before).toEqual(compared?.after);
    expect(compared).toMatchObject({ fromMs: FROM, untilMs: UNTIL, knownMinutes: 14 * 24 * 60 });
    expect(compared?.before).toMatchObject({ saturatedMinutes: 0, peakNodes: 9 });
    expect([beyond, unknown]).toEqual([[], undefined]);
  });

  it('that differ in min differ in node-hours; twice as many wait for a yes, and fewer do not', () => {
    const more = difference(side({ min: 20 }));
    expect(more.compared?.after).toMatchObject({ mostNodes: 20 });
    expect(more.compared?.after.nodeHours).toBeGreaterThan(1.5 * (more.compared?.before.nodeHours ?? Infinity));
    expect(more.beyond).toHaveLength(1);
    expect(more.beyond[0]).toContain('node-hours');
    expect(difference(side(), side({ min: 20 })).beyond).toEqual([]);
  });

  it('count by the mode that the changed one has: who begins to act by the same edit is held as one that acts', () => {
    const watching = side();
    const before = { ...watching, cluster: { ...watching.cluster, mode: 'observe' as const } };
    expect(difference(side({ min: 20 }), before)).toMatchObject({ mode: 'act', beyond: [{}] });
  });

  it('that differ in max are saturated where too few nodes are left', () => {
    const { compared, beyond } = difference(side({ max: 4 }));
    expect(compared?.before.saturatedMinutes).toBe(0);
    expect(compared?.after.saturatedMinutes).toBeGreaterThan(0);
    expect(beyond.some((each) => each.startsWith('saturated for'))).toBe(true);
  });

  it('are held to one measure: a node that is said to carry ten times as much does not carry it yet', () => {
    const { compared, beyond } = difference(side({ signals: perNode(1000) }));
    expect(compared?.after.aboveTargetMinutes).toBe(0);
    expect(compared?.after.saturatedMinutes).toBeGreaterThan(0);
    expect(beyond.some((each) => each.startsWith('saturated for'))).toBe(true);
  });

  it('begin with the same nodes, as many as the one in force would have where nobody counted them', () => {
    const counted = difference(side({ max: 30 }), side(), undefined);
    expect(counted.compared?.before).toEqual(counted.compared?.after);
    expect(counted.compared?.before.mostNodes).toBeGreaterThanOrEqual(9);
  });
});

describe('a signal whose load is known for less than a day', () => {
  const INSERTS: SignalPolicy = { ...QUERIES, name: 'inserts' };
  const both = [QUERIES, INSERTS];
  /** 14 days and more of one signal, and the last hours of another. */
  const withLast = (hours: number): Trace => {
    const long = load();
    const values = new Float64Array(long.minutes).fill(NaN).fill(100, long.minutes - hours * 60);
    return { ...long, columns: [...long.columns, { name: 'inserts', values }] };
  };
  const sized = (parts: Partial<GroupPolicy>, trace: Trace): Side => side({ signals: both, ...parts }, trace);

  it.each([
    ['in the policy in force and the changed one', sized({}, withLast(12))],
    ['in the changed one alone', side()],
  ])('has no say and is named: %s', (_, before) => {
    const { compared, beyond, unknown, notes } = difference(sized({ max: 3 }, withLast(12)), before);
    expect(unknown).toBeUndefined();
    expect(compared?.knownMinutes).toBe(14 * 24 * 60);
    expect(beyond.some((each) => each.startsWith('saturated for'))).toBe(true);
    expect(notes[0]).toBe('without inserts: less than a day of the load is known');
    const alone = difference(side({ max: 3 }), side());
    expect([compared, beyond]).toEqual([alone.compared, alone.beyond]);
  });

  it('has a say with a day', () => {
    const { compared, notes } = difference(sized({ max: 3 }, withLast(24)), sized({}, withLast(24)));
    expect(compared?.knownMinutes).toBe(24 * 60);
    expect(notes).toHaveLength(1);
  });

  it('is all that the changed policy has: it is left in, and what is in force is the measure', () => {
    const only = { ...withLast(12), columns: withLast(12).columns.filter(({ name }) => name === 'inserts') };
    const { compared, notes } = difference(side({ signals: [INSERTS] }, only), side());
    expect(compared?.knownMinutes).toBe(14 * 24 * 60);
    expect(notes).toHaveLength(1);
  });
});

describe('nothing is compared', () => {
  it.each([
    ['of the changed policy', side({}, undefined), side()],
    ['of the policy in force', side(), { ...side(), trace: undefined }],
  ])('where no load is known of the signals %s', (whose, after, before) => {
    const unknown = difference(
      { ...after, trace: whose.startsWith('of the changed') ? undefined : after.trace },
      before,
    );
    expect(unknown).toMatchObject({ compared: undefined, beyond: [] });
    expect(unknown.unknown).toContain(whose);
  });

  it('with less than a day of load; with a day it is', () => {
    const short = load(1);
    const cut: Trace = {
      ...short,
      minutes: 60,
      columns: [{ name: 'queries', values: new Float64Array(60).fill(300) }],
    };
    const little = { ...cut, startMs: UNTIL - 60 * MINUTE };
    expect(difference(side({ min: 4 }, little), side({}, little)).unknown).toBe('less than a day of its load is known');
    expect(difference(side({ min: 4 }, short), side({}, short)).compared?.knownMinutes).toBe(24 * 60);
  });
});

it('signals of which no load is known are named', () => {
  const more: SignalPolicy = { ...QUERIES, name: 'inserts' };
  expect(difference(side({ signals: [QUERIES, more] })).notes[0]).toBe('without inserts: no load of the past is known');
});
