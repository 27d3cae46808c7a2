import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../invariants/all.ts';
import { MUTATIONS } from './mutations.ts';

const RUN = fileURLToPath(new URL('mutations-run.ts', import.meta.url));
/** Of one test, waiting for its turn included. */
const PATIENT = { timeout: 600_000 };

interface Result {
  readonly broken: readonly string[];
  readonly missed: readonly string[];
}

const inTurn = turns(2);

async function run(which: number | 'sound'): Promise<Result> {
  const { stdout } = await inTurn(() => promisify(execFile)(process.execPath, [RUN, String(which)]));
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
}

/** So many at a time, in the order in which they come. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

describe('an invariant that could not fail would prove nothing', () => {
  it('each has a mutation of the code under test that it notices', () => {
    const noticed = new Set(MUTATIONS.map(({ invariant }) => invariant));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
  });

  it.concurrent('nothing breaks in their scenarios with the code as it is', PATIENT, async ({ expect: its }) => {
    its(await run('sound')).toEqual({ broken: [], missed: [] });
  });

  const table = MUTATIONS.map((mutation, number) => ({ ...mutation, number }));

  it.concurrent.for(table)('$invariant breaks when the code $says', PATIENT, async ({ number, invariant }, context) => {
    const { broken, missed } = await run(number);
    context.expect(missed).toEqual([]);
    context.expect(broken[0]).toMatch(new RegExp(`^${invariant}: `));
  });
});
