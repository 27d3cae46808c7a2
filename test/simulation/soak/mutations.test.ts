import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { INVARIANTS } from '../invariants/all.ts';
import { MUTATIONS } from './mutations.ts';

const RUN = fileURLToPath(new URL('mutations-run.ts', import.meta.url));
const PATIENT = { timeout: 240_000 };

interface Result {
  readonly broken: readonly string[];
  readonly missed: readonly string[];
}

async function run(which: number | 'sound'): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, String(which)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
}

describe('an invariant that could not fail would prove nothing', () => {
  it('each has a mutation of the code under test that it notices', () => {
    const noticed = new Set(MUTATIONS.map(({ invariant }) => invariant));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
  });

  const table = MUTATIONS.map((mutation, number) => ({ ...mutation, number }));

  it.for(table)('$invariant breaks when the code $says', PATIENT, async ({ number, invariant }) => {
    const { broken, missed } = await run(number);
    expect(missed).toEqual([]);
    expect(broken[0]).toMatch(new RegExp(`^${invariant}: `));
  });

  it('nothing breaks in their scenarios with the code as it is', PATIENT, async () => {
    expect(await run('sound')).toEqual({ broken: [], missed: [] });
  });
});
