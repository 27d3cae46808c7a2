import { describe, expect, it } from 'vitest';
import { actCheck } from '../../../src/app/daemon/act-check.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';

const finding = (level: Finding['level'], subject: string, message: string): Finding => ({
  level,
  subject,
  message,
  mend: undefined,
});
const OK = finding('ok', 'privileges', 'can act');
const LACKS = finding('fail', 'privileges', "cannot act: 'autoscaler'@'%' lacks NODE_PRIV");

function checking() {
  const clock = discreteClock(0);
  let answer: Promise<readonly Finding[]> = Promise.resolve([OK]);
  let asked = 0;
  const changes: (string | undefined)[] = [];
  const check = actCheck({
    clock,
    examine: () => {
      asked += 1;
      return answer;
    },
    onChange: (reason) => {
      changes.push(reason);
    },
  });
  return {
    clock,
    check,
    changes,
    asked: () => asked,
    answers: (next: readonly Finding[] | Promise<readonly Finding[]>) => {
      answer = Promise.resolve(next);
    },
  };
}

describe('a cluster', () => {
  it('is only observed until the first answer is there', async () => {
    const { check, changes } = checking();
    expect(check.reason()).toBe('not checked yet');
    await check.look();
    expect(check.reason()).toBeUndefined();
    expect(changes).toEqual([]);
  });

  it('is only observed by the first check that failed, which is said once', async () => {
    const { check, changes, answers, clock } = checking();
    answers([OK, LACKS, finding('fail', 'version', '1.2 is older than 2.0')]);
    await check.look();
    await clock.advanceBy(30_000);
    await check.look();
    await clock.advanceBy(0);
    const reason = "privileges: cannot act: 'autoscaler'@'%' lacks NODE_PRIV";
    expect(check.reason()).toBe(reason);
    expect(changes).toEqual([reason]);
  });

  it('acts in spite of warnings', async () => {
    const { check, answers } = checking();
    answers([OK, finding('warn', 'clock', 'is 3 s ahead')]);
    await check.look();
    expect(check.reason()).toBeUndefined();
  });

  it('is asked again 30 s after a failure, and acts again once it is mended', async () => {
    const { check, changes, answers, clock, asked } = checking();
    answers([LACKS]);
    await check.look();
    answers([OK]);
    await clock.advanceBy(29_999);
    await check.look();
    expect(asked()).toBe(1);
    await clock.advanceBy(1);
    await check.look();
    await clock.advanceBy(0);
    expect([asked(), check.reason()]).toEqual([2, undefined]);
    expect(changes).toEqual([expect.any(String), undefined]);
  });

  it('is asked again 5 min after all was fine, and observed from the answer on', async () => {
    const { check, answers, clock, asked } = checking();
    await check.look();
    answers([LACKS]);
    await clock.advanceBy(299_999);
    await check.look();
    expect(asked()).toBe(1);
    await clock.advanceBy(1);
    await check.look();
    await clock.advanceBy(0);
    expect(check.reason()).toContain('NODE_PRIV');
  });

  it('whose later check has no answer is evaluated meanwhile, and asked only once', async () => {
    const { check, answers, clock, asked } = checking();
    await check.look();
    answers(new Promise(() => undefined));
    await clock.advanceBy(300_000);
    await check.look();
    await clock.advanceBy(300_000);
    await check.look();
    expect([asked(), check.reason()]).toEqual([2, undefined]);
  });

  it('whose first check has no answer waits for it', async () => {
    const { check, answers, clock } = checking();
    let give = (_findings: readonly Finding[]): void => undefined;
    answers(
      new Promise((resolve) => {
        give = resolve;
      }),
    );
    const looks = [check.look(), check.look()];
    await clock.advanceBy(60_000);
    expect(check.reason()).toBe('not checked yet');
    give([OK]);
    await Promise.all(looks);
    expect(check.reason()).toBeUndefined();
  });

  it('names an endpoint once that its error names as well', async () => {
    const { check, answers } = checking();
    answers([finding('fail', 'fe1:9030', 'fe1:9030: Access denied')]);
    await check.look();
    expect(check.reason()).toBe('fe1:9030: Access denied');
  });
});
