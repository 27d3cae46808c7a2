import { describe, expect, it } from 'vitest';
import { attemptLines, killLoop } from '../support/kill/loop.ts';

const KILLS = 20;

describe('a daemon that is killed with kill -9 before and after the steps of its operations', () => {
  /** Another choice of places each time; `npm run test:kill -- --kills 20 --seed S` repeats one. */
  const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

  it(`ends each as without a kill: ${String(KILLS)} places of seed ${String(seed)}`, { timeout: 900_000 }, async () => {
    process.stdout.write(`kill loop: seed ${String(seed)}\n`);
    const attempts = await killLoop({ kills: KILLS, seed });
    process.stdout.write(`${attempts.flatMap(attemptLines).join('\n')}\n`);
    expect(attempts.flatMap(({ scenario, problems }) => problems.map((problem) => `${scenario}: ${problem}`))).toEqual(
      [],
    );
    expect(attempts.flatMap(({ kills }) => kills)).toHaveLength(KILLS);
  });
});
