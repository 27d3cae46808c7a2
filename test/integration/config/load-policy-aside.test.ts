import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicyAside } from '../../../src/app/worker/load-policy-aside.ts';
import { runInWorker } from '../../../src/app/worker/run-in-worker.ts';
import { loadPolicy } from '../../../src/config/load-policy.ts';

const EXAMPLES = join(import.meta.dirname, '../../../config/examples');
const AT = Date.parse('2026-11-24T14:00:00Z');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-aside-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function withoutFunctions(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a policy judged in a thread of its own', () => {
  it('is the one that the same thread reads, secrets included', async () => {
    const path = join(EXAMPLES, 'month-end-growth.yaml');
    const env = { DORIS_PASSWORD: 's3cret' };
    const aside = await loadPolicyAside({ path, env, at: AT });
    const here = loadPolicy(path, { env, at: AT, readFile: (file) => readFileSync(file, 'utf8') });
    expect(aside.ok).toBe(true);
    expect(withoutFunctions(aside)).toEqual(withoutFunctions(here));
    expect(aside.ok && aside.policy.clusters[0]?.password?.reveal()).toBe('s3cret');
  });

  it('has the same problems', async () => {
    const path = join(folder, 'wrong.yaml');
    writeFileSync(path, 'version: 2\nstore: here\nclusters: []\n');
    const aside = await loadPolicyAside({ path, env: {}, at: AT });
    const here = loadPolicy(path, { env: {}, at: AT, readFile: (file) => readFileSync(file, 'utf8') });
    expect(aside.ok).toBe(false);
    expect(aside).toEqual(here);
  });
});

describe('a worker', () => {
  it('that fails rejects with its error', async () => {
    await expect(runInWorker('judge-policy', { data: undefined, deadlineMs: 60_000 })).rejects.toThrow(TypeError);
  });

  it('that is over its deadline is ended, and the error says how long it was given', async () => {
    const data = { path: join(EXAMPLES, 'tag-groups.yaml'), env: {}, at: AT };
    await expect(runInWorker('judge-policy', { data, deadlineMs: 1 })).rejects.toThrow(
      'judge-policy took longer than 1 ms',
    );
  });
});
