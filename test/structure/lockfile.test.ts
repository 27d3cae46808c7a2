import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly optional?: boolean;
  readonly engines?: unknown;
  readonly version?: string;
  readonly resolved?: string;
}

const root = join(import.meta.dirname, '..', '..');
const lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const packages = Object.entries(lockfile.packages).filter(([path]) => path !== '');

describe('the lockfile', () => {
  it('names no registry, so that any mirror serves it', () => {
    expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('lets npm on any Node.js from 20 install every compiled part (npm run lock writes it so)', () => {
    const optional = packages.filter(([, one]) => one.optional === true);
    expect(optional.length).toBeGreaterThan(0);
    expect(optional.filter(([, { engines }]) => engines !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('pins one Node.js for both architectures', () => {
    const versions = ['x64', 'arm64'].map((arch) => lockfile.packages[`node_modules/node-linux-${arch}`]?.version);
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).toMatch(/^26\./);
  });
});
