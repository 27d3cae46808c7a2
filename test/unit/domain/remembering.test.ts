import { expect, it } from 'vitest';
import { remembering } from '../../../src/domain/remembering.ts';

it('what was asked for before is not made again, undefined neither; beyond the most it begins anew', () => {
  const made: number[] = [];
  const half = remembering(2, (asked: number) => {
    made.push(asked);
    return asked % 2 === 0 ? asked / 2 : undefined;
  });
  expect([4, 3, 4, 3].map(half)).toEqual([2, undefined, 2, undefined]);
  expect(made).toEqual([4, 3]);
  expect([6, 4].map(half)).toEqual([3, 2]);
  expect(made).toEqual([4, 3, 6, 4]);
});

it('what is thrown is not kept', () => {
  let calls = 0;
  const fails = remembering(2, () => {
    calls += 1;
    throw new Error('not now');
  });
  for (let time = 0; time < 2; time += 1) expect(() => fails('a')).toThrow('not now');
  expect(calls).toBe(2);
});
