import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyWatch } from '../../../src/config/watch-policy.ts';
import { watchPolicy } from '../../../src/config/watch-policy.ts';

let folder: string;
let watches: PolicyWatch[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-watch-'));
  watches = [];
});

afterEach(() => {
  for (const watch of watches) watch.close();
  rmSync(folder, { recursive: true, force: true });
});

function watching(
  paths: readonly string[],
  pollMs = 3_600_000,
): { readonly changes: () => number; readonly watch: PolicyWatch } {
  let changes = 0;
  const watch = watchPolicy({
    paths,
    debounceMs: 20,
    pollMs,
    onChange: () => {
      changes += 1;
    },
  });
  watches.push(watch);
  return { changes: () => changes, watch };
}

async function reaches(changes: () => number, count: number): Promise<void> {
  await vi.waitFor(() => {
    expect(changes()).toBe(count);
  }, 10_000);
}

describe('a policy file', () => {
  it('that is written in place is reported once', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'a');
    const { changes } = watching([file]);
    writeFileSync(file, 'ab');
    writeFileSync(file, 'abc');
    await reaches(changes, 1);
  });

  it('that an editor replaces is reported, each time', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'a');
    const { changes } = watching([file]);
    for (const round of [1, 2, 3]) {
      writeFileSync(`${file}.new`, `version ${String(round)}`);
      renameSync(`${file}.new`, file);
      await reaches(changes, round);
    }
  });

  it('that is deleted and comes back is reported both times', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'a');
    const { changes } = watching([file]);
    rmSync(file);
    await reaches(changes, 1);
    writeFileSync(file, 'a');
    await reaches(changes, 2);
  });

  it('behind symbolic links is reported when Kubernetes swaps them', async () => {
    for (const [version, text] of [
      ['..one', 'a'],
      ['..two', 'b'],
    ] as const) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'policy.yaml'), text);
    }
    symlinkSync('..one', join(folder, '..data'));
    symlinkSync('..data/policy.yaml', join(folder, 'policy.yaml'));
    const { changes } = watching([join(folder, 'policy.yaml')]);
    symlinkSync('..two', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await reaches(changes, 1);
  });

  it('is not reported for its neighbours', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'a');
    const { changes } = watching([file]);
    writeFileSync(join(folder, 'autoscaler.db'), 'x');
    writeFileSync(join(folder, 'other.yaml'), 'x');
    // The change that is awaited comes after the others, in the same folder.
    writeFileSync(file, 'ab');
    await reaches(changes, 1);
  });
});

describe('a folder of policies', () => {
  it('is reported for a new file and for a changed one, not for others', async () => {
    writeFileSync(join(folder, 'a.yaml'), 'a');
    const { changes } = watching([folder]);
    writeFileSync(join(folder, 'b.yaml'), 'b');
    await reaches(changes, 1);
    writeFileSync(join(folder, 'a.yaml'), 'aa');
    await reaches(changes, 2);
  });

  it('that is replaced as a whole is noticed by looking', async () => {
    const inner = join(folder, 'conf');
    mkdirSync(inner);
    writeFileSync(join(inner, 'a.yaml'), 'a');
    const { changes } = watching([inner], 50);
    renameSync(inner, join(folder, 'old'));
    await reaches(changes, 1);
    mkdirSync(inner);
    writeFileSync(join(inner, 'a.yaml'), 'b');
    await vi.waitFor(() => {
      expect(changes()).toBeGreaterThan(1);
    }, 10_000);
  });
});

describe('the watched paths', () => {
  it('may change: a policy that names another secret file', async () => {
    const [policy, secret] = [join(folder, 'policy.yaml'), join(folder, 'password')];
    writeFileSync(policy, 'a');
    writeFileSync(secret, 'one');
    const { changes, watch } = watching([policy]);
    watch.watchPaths([policy, secret]);
    writeFileSync(secret, 'another');
    await reaches(changes, 1);
  });

  it('are left alone after the end', async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'a');
    const ended = watching([file]);
    const other = watching([file]);
    ended.watch.close();
    writeFileSync(file, 'ab');
    await reaches(other.changes, 1);
    expect(ended.changes()).toBe(0);
  });
});
