import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const TEN_LINES = join(root, 'config', 'examples', 'ten-lines.yaml');

let folder: string;
let broken: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-policy-'));
  broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'version: 1\nstore: sqlite:a\nclusters: []\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: readonly string[]) {
  const node = join(root, 'node_modules', '.bin', 'node');
  return execa(node, [join(root, 'src', 'main.ts'), ...args], { reject: false, timeout: 60_000 });
}

describe('the commands that need the policy alone', () => {
  it('validate: exit 0 and the windows of a right policy', async () => {
    const { exitCode, stdout, stderr } = await run('validate', '--config', TEN_LINES);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^valid: revision [0-9a-f]{12}, 1 cluster\nanalytics {3}observe {3}Asia\/Shanghai\n/);
  });

  it('validate: exit 2 and the place of what is wrong', async () => {
    const { exitCode, stdout, stderr } = await run('validate', '--config', broken);
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(stdout).toBe(`${broken}:3:1: clusters: the list is empty; write at least one cluster\n1 error.`);
  });

  it('windows: the calendar as JSON', async () => {
    const from = '2026-12-01T00:00:00Z';
    const { exitCode, stdout } = await run('windows', '--from', from, '--days', '1', '--json', '--config', TEN_LINES);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      clusters: [
        {
          name: 'analytics',
          timezone: 'Asia/Shanghai',
          windows: [
            {
              start: '2026-12-01T17:00:00Z',
              end: '2026-12-01T22:00:00Z',
              names: ['night'],
              usableFrom: '2026-12-01T17:00:00Z',
              usableUntil: '2026-12-01T21:50:00Z',
              notes: [],
            },
          ],
          denied: [],
        },
      ],
    });
  });

  it('windows: exit 2 and one object on stderr for a wrong policy', async () => {
    const { exitCode, stdout, stderr } = await run('windows', '--json', '--config', broken);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'config-invalid' } });
  });

  it('schema: JSON Schema on stdout', async () => {
    const { exitCode, stdout } = await run('schema');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object', required: ['version', 'store', 'clusters'] });
  });
});
