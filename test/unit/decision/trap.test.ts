import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../support/decision-input.ts';
import { judgedBacktest, minuteTrace } from '../../support/judged-backtest.ts';

const START = Date.UTC(2026, 1, 2);
const DAYS = 8 + 28;
/** A node at its target of 70 %. */
const FULL_PER_NODE = 1 / 0.7;

/** Busy from nine to six on weekdays, half as busy on weekends, almost nothing at night. */
function officeLoad(): Float64Array {
  return Float64Array.from({ length: (DAYS * DAY) / MINUTE }, (_, minute) => {
    const at = START + minute * MINUTE;
    const hour = (at % DAY) / HOUR;
    const weekend = [0, 6].includes(new Date(at).getUTCDay());
    const day = Math.exp(-(((hour - 14) / 4) ** 2));
    const ripple = 1 + 0.05 * Math.sin(minute / 17);
    return (2 + 14 * day * (weekend ? 0.5 : 1)) * ripple;
  });
}

describe('the trap: the load seen at 02:00 must not size the day', { timeout: 60_000 }, () => {
  const load = officeLoad();
  const replayed = (values: Float64Array) =>
    judgedBacktest(minuteTrace(START, values), { fromMs: START + 8 * DAY }).replayed;

  it('over four weeks with a window from 01:00 to 05:00 no minute is saturated', () => {
    const { figures } = replayed(load);
    expect(figures.saturatedMinutes).toBe(0);
    expect(figures.aboveTargetMinutes).toBe(0);
  });

  it('a load that falls for good is followed: nodes are given back, and none is missed', () => {
    const falling = load.map((each, minute) => (minute > (16 * DAY) / MINUTE ? each * 0.6 : each));
    const { changes, figures } = replayed(falling);
    expect(changes.some((change) => change.to < change.from)).toBe(true);
    expect(figures.nodeHours).toBeLessThan(replayed(load).figures.nodeHours);
    expect(figures.saturatedMinutes).toBe(0);
  });

  it('changes happen in windows only', () => {
    const rising = load.map((each, minute) => each * (1 + minute / load.length));
    const { changes, figures } = replayed(rising);
    expect(changes.length).toBeGreaterThan(0);
    for (const { at } of changes) {
      expect((at % DAY) / HOUR).toBeGreaterThanOrEqual(1);
      expect((at % DAY) / HOUR).toBeLessThan(5);
    }
    expect(figures.saturatedMinutes).toBe(0);
  });

  it('sizing for the present load of the night would saturate the day, so that the load is a trap', () => {
    const nightly = Math.ceil(Math.max(...load.subarray(0, (5 * HOUR) / MINUTE)));
    const saturated = load.filter((each) => each > nightly * FULL_PER_NODE).length;
    expect(saturated / load.length).toBeGreaterThan(0.2);
  });

  it('a prefix of the load makes the same changes as the whole', () => {
    const cut = (20 * DAY) / MINUTE;
    const prefix = replayed(load.subarray(0, cut));
    expect(replayed(load).changes.filter(({ at }) => at < START + 20 * DAY)).toEqual(prefix.changes);
  });
});
