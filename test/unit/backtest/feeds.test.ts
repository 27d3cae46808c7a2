import { describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { feedsOf } from '../../../src/backtest/live/feeds.ts';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import { clusterPolicy, CPU, DAY, groupPolicy, HEAP, MINUTE, QUERIES } from '../../support/decision-input.ts';

const DISK: SignalPolicy = { ...CPU, name: 'be_disk' };
const START = Date.UTC(2026, 1, 2);

function trace(names: readonly string[], value: (name: string, minute: number) => number = () => 1, minutes = 600) {
  return {
    name: 'load.csv',
    startMs: START,
    minutes,
    columns: names.map((name, index) => ({
      name,
      values: Float64Array.from({ length: minutes }, (_, minute) => value(name, minute)),
      headerAt: 6 + index * 10,
    })),
  };
}

const fed = (names: readonly string[], signals: readonly SignalPolicy[]) =>
  feedsOf(trace(names), groupPolicy({ signals }));

describe('columns of a trace', () => {
  it('feed the signals of their names; what has none is left out', () => {
    const found = fed(['be_cpu', 'fe_heap'], [CPU, QUERIES, HEAP, DISK]);
    expect(found).toMatchObject({
      ok: true,
      feeds: [{ signal: { name: 'be_cpu' } }, { signal: { name: 'fe_heap' } }],
      leftOut: [{ name: 'queries' }, { name: 'be_disk' }],
    });
  });

  it('feed the only load of a group when they are one named load; disks are none', () => {
    expect(fed(['load'], [DISK, HEAP, QUERIES])).toMatchObject({ ok: true, feeds: [{ signal: { name: 'queries' } }] });
  });

  it.each([
    ['a signal that the group does not have', ['qps'], [QUERIES], 'column "qps" is no signal of group default'],
    ['load for two signals', ['load'], [QUERIES, CPU], 'column load could be any of queries, be_cpu'],
    ['load beside another', ['queries', 'load'], [QUERIES, CPU], 'column "load" is no signal of group default'],
    ['disks', ['be_disk'], [DISK, CPU], 'column be_disk sizes by disks, which a trace does not know'],
    ['limits alone', ['fe_heap'], [HEAP, CPU], 'no column sizes group default'],
  ])('are refused with %s', (_, names, signals, message) => {
    expect(fed(names, signals)).toMatchObject({ ok: false, problem: { file: 'load.csv', line: 1, message } });
  });

  it('are found in the header', () => {
    expect(fed(['queries', 'x'], [QUERIES])).toMatchObject({ ok: false, problem: { column: 16, field: 'x' } });
  });
});

describe('load that several signals size', () => {
  const cpu: SignalPolicy = { ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.5 } };
  const run = (
    names: readonly string[],
    value: (name: string, minute: number) => number,
    signals: readonly SignalPolicy[],
  ) => {
    const group = groupPolicy({ signals, min: 1 });
    const done = backtest({
      cluster: clusterPolicy({ backends: [group] }),
      group,
      trace: trace(names, value),
      fromMs: undefined,
      start: 4,
    });
    if (!done.ok) throw new Error(done.problem.message);
    return done.backtest;
  };

  it('is utilisation in wholly busy nodes, saturated above 100 %, or a total, saturated above perNode / 0.7', () => {
    // 2.5 busy nodes need 5 at 50 % and 2.5 at 100 %; 500 of 100 a node need 5, and 3.5 at 100 %.
    const { problem } = run(['be_cpu', 'queries'], (name) => (name === 'be_cpu' ? 2.5 : 500), [cpu, QUERIES]);
    expect(problem.needed.atTarget[0]).toBeCloseTo(5);
    expect(problem.needed.atFull[0]).toBeCloseTo(3.5);
  });

  it('is unknown where one of them is', () => {
    const value = (name: string, minute: number): number => (name === 'be_cpu' && minute < 10 ? Number.NaN : 1);
    const judged = run(['be_cpu', 'queries'], value, [cpu, QUERIES]);
    expect(judged.unknownMinutes).toBe(10);
  });
});

describe('a limit beyond its bound', () => {
  it('forbids scale-in in the replay as it does in life', () => {
    const group = groupPolicy({ signals: [QUERIES, HEAP], min: 1, cooldown: { outMs: 0, inMs: 0 }, minHoldMs: 0 });
    const changes = (heap: number) => {
      const days = trace(['queries', 'fe_heap'], (name) => (name === 'fe_heap' ? heap : 200), (12 * DAY) / MINUTE);
      const cluster = clusterPolicy({ backends: [group] });
      const done = backtest({ cluster, group, trace: days, fromMs: START + 9 * DAY, start: 6 });
      if (!done.ok) throw new Error(done.problem.message);
      return done.backtest.replayed.changes;
    };
    expect(changes(0.5).some(({ from, to }) => to < from)).toBe(true);
    expect(changes(0.9)).toEqual([]);
  });
});
