import { describe, expect, it } from 'vitest';
import { discreteClock } from '../../../src/time/discrete-clock.ts';

const START = Date.parse('2026-11-24T00:00:00Z');

describe('the discrete clock', () => {
  it('stands still until it is driven', async () => {
    const clock = discreteClock(START);
    let woke = false;
    void clock.sleep(10).then(() => {
      woke = true;
    });
    await clock.advanceBy(9);
    expect([clock.now(), clock.monotonicMs(), woke]).toEqual([START + 9, 9, false]);
    await clock.advanceBy(1);
    expect([clock.now(), woke]).toEqual([START + 10, true]);
  });

  it('wakes sleepers in the order of time, then of asking, each seeing its own instant', async () => {
    const clock = discreteClock(START);
    const seen: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      seen.push(`${name} ${String(clock.monotonicMs())}`);
    };
    void sleeper('late', 30);
    void sleeper('first', 10);
    void sleeper('second', 10);
    await clock.advanceTo(START + 50);
    expect(seen).toEqual(['first 10', 'second 10', 'late 30']);
  });

  it('lets the order of sleepers of one instant be chosen, and of no others', async () => {
    const asked: number[] = [];
    const clock = discreteClock(START, {
      choose: (count) => {
        asked.push(count);
        return count - 1;
      },
    });
    const seen: string[] = [];
    for (const [name, ms] of [
      ['a', 10],
      ['b', 10],
      ['c', 10],
      ['d', 20],
    ] as const) {
      void clock.sleep(ms).then(() => seen.push(name));
    }
    await clock.advanceBy(20);
    expect(seen).toEqual(['c', 'b', 'a', 'd']);
    expect(asked).toEqual([3, 2, 1, 1]);
  });

  it('stops where it is when that is enough', async () => {
    const clock = discreteClock(START);
    let woken = 0;
    for (const ms of [10, 20, 30]) void clock.sleep(ms).then(() => (woken += 1));
    await clock.advanceTo(START + 100, () => woken === 2);
    expect([woken, clock.monotonicMs()]).toEqual([2, 20]);
    await clock.advanceBy(5, () => false);
    expect(clock.monotonicMs()).toBe(25);
  });

  it('what a sleeper starts runs within the same advance', async () => {
    const clock = discreteClock(START);
    const at: number[] = [];
    void (async () => {
      for (let round = 0; round < 3; round += 1) {
        await clock.sleep(10);
        at.push(clock.monotonicMs());
      }
    })();
    await clock.advanceBy(25);
    expect(at).toEqual([10, 20]);
    expect(clock.pending()).toBe(1);
  });

  it('drive jumps to the end of what it waits for, however far', async () => {
    const clock = discreteClock(START);
    const week = 7 * 86_400_000;
    const work = clock.sleep(week).then(() => 'done');
    expect(await clock.drive(work, START + week)).toBe('done');
    expect(clock.now()).toBe(START + week);
  });

  it('drive rejects when nothing is left to wait for, when it would take too long, and as the promise does', async () => {
    const clock = discreteClock(START);
    const never = new Promise<void>(() => undefined);
    await expect(clock.drive(never, START + 1)).rejects.toThrow('nothing is left');
    await expect(clock.drive(clock.sleep(1_000), START + 999)).rejects.toThrow('has not ended');
    const failing = clock.sleep(1).then(() => {
      throw new Error('as it does');
    });
    await expect(clock.drive(failing, START + 2_000)).rejects.toThrow('as it does');
  });

  it('an aborted sleep rejects with the reason and leaves no timer', async () => {
    const clock = discreteClock(START);
    const abort = new AbortController();
    const slept = clock.sleep(1_000, abort.signal);
    abort.abort(new Error('stopping'));
    await expect(slept).rejects.toThrow('stopping');
    await expect(clock.sleep(1_000, abort.signal)).rejects.toThrow('stopping');
    expect(clock.pending()).toBe(0);
  });

  it('a wall clock that is set moves neither sleepers nor monotonic time', async () => {
    const clock = discreteClock(START);
    let woke = false;
    void clock.sleep(10).then(() => {
      woke = true;
    });
    clock.setWall(START + 3_600_000);
    await clock.advanceBy(5);
    expect([clock.now(), clock.monotonicMs(), woke]).toEqual([START + 3_600_005, 5, false]);
    clock.setWall(START);
    await clock.advanceBy(5);
    expect([clock.now(), clock.monotonicMs(), woke]).toEqual([START + 5, 10, true]);
  });
});
