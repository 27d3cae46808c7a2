import { describe, expect, it } from 'vitest';
import { lifecycle } from '../../../src/app/service/lifecycle.ts';
import { within } from '../../../src/app/service/within.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';
import { capturedLog } from '../../support/captured-log.ts';

const never = new Promise<void>(() => undefined);

describe('within', () => {
  it('is true for what ends in time, and for what fails in time', async () => {
    const clock = discreteClock(0);
    expect(await within(clock, 1000, Promise.resolve('done'))).toBe(true);
    expect(await within(clock, 1000, Promise.reject(new Error('no')))).toBe(true);
  });

  it('is false for what takes longer', async () => {
    const clock = discreteClock(0);
    const waited = within(clock, 1000, never);
    await clock.advanceTo(1000);
    expect(await waited).toBe(false);
  });

  it('leaves no timer that would keep a process alive', async () => {
    const clock = discreteClock(0);
    await within(clock, 1000, Promise.resolve());
    await clock.advanceTo(0);
    expect(clock.pending()).toBe(0);
  });
});

describe('a stop', () => {
  it('ends the parts last in first out, once', async () => {
    const stopped: string[] = [];
    const life = lifecycle(capturedLog(), discreteClock(0), 1000);
    for (const part of ['store', 'daemon', 'server']) life.onStop(part, () => void stopped.push(part));
    await Promise.all([life.stop(), life.stop()]);
    await life.stop();
    expect(stopped).toEqual(['server', 'daemon', 'store']);
  });

  it('goes on past a part that fails or throws, and names it', async () => {
    const log = capturedLog();
    const stopped: string[] = [];
    const life = lifecycle(log, discreteClock(0), 1000);
    life.onStop('store', () => void stopped.push('store'));
    life.onStop('rejects', () => Promise.reject(new Error('no')));
    life.onStop('throws', () => {
      throw new Error('no');
    });
    await life.stop();
    expect(stopped).toEqual(['store']);
    expect(log.lines.map(({ message, fields }) => [message, fields['part']])).toEqual([
      ['a part did not stop cleanly', 'throws'],
      ['a part did not stop cleanly', 'rejects'],
    ]);
  });

  it('goes on past a part that hangs when its time is over', async () => {
    const clock = discreteClock(0);
    const log = capturedLog();
    const stopped: string[] = [];
    const life = lifecycle(log, clock, 1000);
    life.onStop('store', () => void stopped.push('store'));
    life.onStop('hangs', () => never);
    const stop = life.stop();
    await clock.advanceTo(999);
    expect(stopped).toEqual([]);
    await clock.advanceTo(1000);
    await stop;
    expect(stopped).toEqual(['store']);
    expect(log.said()).toEqual(['warn a part did not stop in time']);
  });
});
