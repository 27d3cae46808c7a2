import { describe, expect, it } from 'vitest';
import { scaledClock } from '../../../src/time/scaled-clock.ts';
import { systemClock } from '../../../src/time/system-clock.ts';

const START = Date.parse('2026-11-24T00:00:00Z');

describe.each([
  ['the system clock', () => systemClock()],
  ['a clock 1000 times as fast', () => scaledClock({ startAtMs: START, factor: 1_000 })],
  ['a clock half as fast', () => scaledClock({ startAtMs: START, factor: 0.5 })],
])('%s', (_, make) => {
  it('never wakes a sleeper early', async () => {
    const clock = make();
    for (const ms of [0, 1, 7, 20]) {
      const before = clock.monotonicMs();
      await clock.sleep(ms);
      expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(ms);
    }
  });

  it('sleeps longer than one timer can without waking at once', async () => {
    const clock = make();
    const abort = new AbortController();
    let woke = false;
    const slept = clock.sleep(1e15, abort.signal).then(
      () => (woke = true),
      (error: unknown) => error,
    );
    await clock.sleep(20);
    expect(woke).toBe(false);
    abort.abort(new Error('enough'));
    expect(await slept).toEqual(new Error('enough'));
  });

  it('rejects at once when the signal is aborted already', async () => {
    await expect(make().sleep(1_000_000, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describe('the scaled clock', () => {
  it('starts where it is told to, in whole milliseconds, and agrees with its monotonic time', () => {
    const clock = scaledClock({ startAtMs: START, factor: 3_000 });
    const before = clock.monotonicMs();
    const now = clock.now();
    expect(Number.isInteger(now)).toBe(true);
    expect(now - START).toBeGreaterThanOrEqual(Math.floor(before));
    expect(now - START).toBeLessThanOrEqual(clock.monotonicMs());
  });

  it.each([0, -1, Number.NaN])('refuses the factor %d', (factor) => {
    expect(() => scaledClock({ startAtMs: START, factor })).toThrow(RangeError);
  });
});
