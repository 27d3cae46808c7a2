import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let folder: string;
let bins: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-package-'));
  bins = join(folder, 'node_modules', '.bin');
  const packed = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await execa('npm', ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)], {
    cwd: folder,
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the installed package', () => {
  it('says its version by the command that it brings', async () => {
    const { stdout } = await execa(join(bins, 'doris-autoscaler'), ['--version'], {
      env: { PATH: [bins, process.env['PATH']].join(delimiter) },
    });
    expect(stdout).toBe(version);
  });

  it('names the version that it needs on an older Node.js, says nothing else and exits 1', async () => {
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.19.2' } })`;
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      ['--import', older, join(bins, 'doris-autoscaler'), '--version'],
      { reject: false },
    );
    expect(stdout).toBe('');
    expect(stderr).toBe(`doris-autoscaler needs Node.js 26 or newer; this is ${process.version}.`);
    expect(exitCode).toBe(1);
  });
});
