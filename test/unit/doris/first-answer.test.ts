import { describe, expect, test } from 'vitest';
import { DorisAccessDenied, DorisUnreachable, DorisWrongCluster } from '../../../src/doris/errors.ts';
import { firstAnswer } from '../../../src/doris/master/first-answer.ts';

const never = { patienceMs: 3_600_000, discard: () => undefined };
const fails = (error: Error) => async (): Promise<string> => {
  throw error;
};

describe('the first answer', () => {
  test('of endpoints that answer is that of the first, and no other is asked', async () => {
    const asked: string[] = [];
    const attempt = (name: string) => async () => {
      asked.push(name);
      return name;
    };
    await expect(firstAnswer([attempt('a'), attempt('b')], never)).resolves.toBe('a');
    expect(asked).toEqual(['a']);
  });

  test('comes from the next endpoint as soon as one fails', async () => {
    await expect(firstAnswer([fails(new DorisUnreachable('a')), async () => 'b'], never)).resolves.toBe('b');
  });

  test('comes from the next endpoint while a slow one is still being waited for, and the late one is discarded', async () => {
    let answerLate: (value: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => {
      answerLate = resolve;
    });
    const discarded: string[] = [];
    const patient = { patienceMs: 1, discard: (late: string) => void discarded.push(late) };
    await expect(firstAnswer([() => slow, async () => 'b'], patient)).resolves.toBe('b');
    answerLate('a');
    await slow;
    await Promise.resolve();
    expect(discarded).toEqual(['a']);
  });

  test('of a slow endpoint counts when the one asked beside it fails', async () => {
    let answer: (value: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const failing = async (): Promise<string> => {
      answer('a');
      throw new DorisUnreachable('b');
    };
    await expect(firstAnswer([() => slow, failing], { patienceMs: 1, discard: () => undefined })).resolves.toBe('a');
  });

  test('of none is one error that names all, or the one that tells most', async () => {
    const down = [fails(new DorisUnreachable('fe1:9030 is down')), fails(new DorisUnreachable('fe2:9030 is down'))];
    await expect(firstAnswer(down, never)).rejects.toThrow('no endpoint answers: fe1:9030 is down; fe2:9030 is down');
    await expect(firstAnswer([...down, fails(new DorisAccessDenied('no'))], never)).rejects.toMatchObject({
      code: 'doris-access-denied',
    });
    await expect(
      firstAnswer([fails(new DorisAccessDenied('no')), fails(new DorisWrongCluster('other'))], never),
    ).rejects.toMatchObject({ code: 'doris-wrong-cluster' });
    await expect(firstAnswer([fails(new TypeError('a bug')), ...down], never)).rejects.toThrow('a bug');
    await expect(firstAnswer([], never)).rejects.toMatchObject({ code: 'doris-unreachable' });
  });
});
