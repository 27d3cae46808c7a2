import { describe, expect, it } from 'vitest';
import { cronTicker } from '../../../src/time/cron-ticker.ts';

describe('the ticker of the system clock', () => {
  it('calls with whole seconds that follow each other, until it is stopped', async () => {
    const ticker = cronTicker();
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      ticker.start((second) => {
        seen.push(second);
        if (seen.length === 2) resolve();
      });
    });
    await ticker.stop();
    const [first = 0, next = 0] = seen;
    expect(first % 1_000).toBe(0);
    expect(next % 1_000).toBe(0);
    expect(next).toBeGreaterThan(first);
  });

  it('seconds that pass while the handler runs are reported and not made up for', async () => {
    const missed: number[] = [];
    const ticker = cronTicker({ onMissed: (second) => missed.push(second) });
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      ticker.start((second) => {
        seen.push(second);
        if (seen.length === 1) block(3_200);
        else resolve();
      });
    });
    await ticker.stop();
    const [first = 0, next = 0] = seen;
    const between = Array.from({ length: (next - first) / 1_000 - 1 }, (_, index) => first + (index + 1) * 1_000);
    expect(between.length).toBeGreaterThan(0);
    expect(missed).toEqual(between);
  });

  it('a job that fails is reported and comes again; stopping waits for the one that runs', async () => {
    const failures: string[] = [];
    let runs = 0;
    let ended = 0;
    let running: (() => void) | undefined;
    const started = new Promise<void>((resolve) => {
      running = resolve;
    });
    const ticker = cronTicker({ onFailed: (name, error) => failures.push(`${name}: ${String(error)}`) });
    ticker.daily('retention', '* * * * * *', async () => {
      runs += 1;
      if (runs === 1) throw new Error('full');
      running?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended += 1;
    });
    await started;
    await ticker.stop();
    expect(failures).toEqual(['retention: Error: full']);
    expect(ended).toBe(runs - 1);
  });

  it('stops without ever having ticked', async () => {
    const ticker = cronTicker();
    ticker.daily('retention', '17 3 * * *', () => Promise.resolve());
    await expect(ticker.stop()).resolves.toBeUndefined();
  });
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
