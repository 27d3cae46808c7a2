import { describe, expect, it } from 'vitest';
import { writeTogether } from '../../../src/store/together.ts';

describe('writeTogether', () => {
  it('rows of one turn share one write, rows that arrive during it share the next', async () => {
    const writes: number[][] = [];
    const late: Promise<void>[] = [];
    const write = writeTogether<number>(async (rows) => {
      writes.push([...rows]);
      if (writes.length === 1) late.push(write(4), write(5));
      await Promise.resolve();
    });
    await Promise.all([write(1), write(2), write(3)]);
    await Promise.all(late);
    await write(6);
    expect(writes).toEqual([[1, 2, 3], [4, 5], [6]]);
  });

  it('a call is not answered before its own row is written', async () => {
    let finish: (() => void) | undefined;
    const answered: number[] = [];
    const write = writeTogether<number>(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const done = write(1).then(() => answered.push(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toEqual([]);
    finish?.();
    await done;
    expect(answered).toEqual([1]);
  });

  it('a row that cannot be written fails alone, and those after it go on', async () => {
    const write = writeTogether<number>(async (rows) => {
      if (rows.includes(2)) throw new Error('no 2');
    });
    const ends = await Promise.allSettled([write(1), write(2), write(3)]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(write(4)).resolves.toBeUndefined();
  });
});
