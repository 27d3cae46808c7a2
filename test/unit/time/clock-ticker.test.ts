import { describe, expect, it } from 'vitest';
import { clockTicker } from '../../../src/time/clock-ticker.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';

const START = Date.parse('2026-11-24T03:16:57.500Z');
const second = (text: string) => Date.parse(`2026-11-24T${text}Z`);

describe('the ticker of an injected clock', () => {
  it('calls once for every whole second, and no more once it is stopped', async () => {
    const clock = discreteClock(START);
    const ticker = clockTicker(clock);
    const seen: number[] = [];
    ticker.start((at) => seen.push(at));
    await clock.advanceBy(2_600);
    expect(seen).toEqual([second('03:16:58'), second('03:16:59'), second('03:17:00')]);
    await ticker.stop();
    await clock.advanceBy(5_000);
    expect(seen).toHaveLength(3);
    expect(clock.pending()).toBe(0);
  });

  it('hands over the seconds of the last minute together, and reports older ones as missed', async () => {
    const clock = discreteClock(START);
    const missed: number[] = [];
    const seen: number[] = [];
    const ticker = clockTicker(clock, { onMissed: (at) => missed.push(at) });
    ticker.start((at) => seen.push(at));
    clock.setWall(START + 90_000);
    await clock.advanceBy(500);
    await ticker.stop();
    expect(missed[0]).toBe(second('03:16:58'));
    expect(missed).toHaveLength(31);
    expect(seen).toHaveLength(60);
    expect(seen.at(-1)).toBe(second('03:18:28'));
  });

  it('counts on from a wall clock that was set back', async () => {
    const clock = discreteClock(START);
    const seen: number[] = [];
    const ticker = clockTicker(clock);
    ticker.start((at) => seen.push(at));
    await clock.advanceBy(1_000);
    clock.setWall(START - 3_600_000);
    await clock.advanceBy(2_000);
    await ticker.stop();
    expect(seen.slice(0, 1)).toEqual([second('03:16:58')]);
    expect(seen.at(-1)).toBe(second('02:16:59'));
  });

  it('runs a daily job at its minute in UTC, once, and not while it still runs', async () => {
    const clock = discreteClock(START);
    const ticker = clockTicker(clock);
    const runs: number[] = [];
    ticker.start(() => undefined);
    ticker.daily('retention', '17-20 3 * * *', async () => {
      runs.push(clock.now());
      await clock.sleep(90_000);
    });
    await clock.advanceBy(86_400_000 + 60_000);
    expect(runs.map((at) => new Date(at).toISOString().slice(0, 19))).toEqual([
      '2026-11-24T03:17:00',
      '2026-11-24T03:19:00',
      '2026-11-25T03:17:00',
    ]);
    const stopped = ticker.stop();
    await clock.advanceBy(90_000);
    await stopped;
  });

  it('a daily job that fails is reported and comes again', async () => {
    const clock = discreteClock(START);
    const failures: string[] = [];
    const ticker = clockTicker(clock, { onFailed: (name, error) => failures.push(`${name}: ${String(error)}`) });
    ticker.start(() => undefined);
    ticker.daily('retention', '17 3 * * *', () => Promise.reject(new Error('full')));
    await clock.advanceBy(2 * 86_400_000);
    await ticker.stop();
    expect(failures).toEqual(['retention: Error: full', 'retention: Error: full']);
  });

  it('refuses a cron that never fires', () => {
    expect(() => {
      clockTicker(discreteClock(START)).daily('never', '0 0 30 2 *', () => Promise.resolve());
    }).toThrow(RangeError);
  });
});
