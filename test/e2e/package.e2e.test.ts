import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let folder: string;
let bins: string;
let packed: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-package-'));
  bins = join(folder, 'node_modules', '.bin');
  await execa(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root });
  const pack = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(pack.stdout) as [{ filename: string; files: readonly { path: string }[] }];
  packed = files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await execa('npm', ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)], {
    cwd: folder,
  });
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The command as its user types it, with the Node.js that came with the package first in PATH. */
function installed(...args: readonly string[]) {
  return execa(join(bins, 'doris-autoscaler'), args, {
    cwd: folder,
    env: { PATH: [bins, process.env['PATH']].join(delimiter) },
    reject: false,
    timeout: 100_000,
  });
}

describe('the package', () => {
  it('has what a user needs and nothing else', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'bin/doris-autoscaler.js',
        'dist/main.js',
        'dist/judge-policy.js',
        'dist/compare-policies.js',
        'dist/read-trace.js',
        'dist/baselines.js',
        'dist/licenses.txt',
        'config/schema.json',
        'config/examples/ten-lines.yaml',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
    expect(packed.filter((path) => /^(src|test|scripts|\.ci)\/|\.ts$|\.db/.test(path))).toEqual([]);
  });
});

describe('the installed package', () => {
  it('says its version by the command that it brings', async () => {
    expect(await installed('--version')).toMatchObject({ exitCode: 0, stdout: version, stderr: '' });
  });

  it('checks the example that it brings', async () => {
    const example = join(folder, 'node_modules', 'doris-autoscaler', 'config', 'examples', 'ten-lines.yaml');
    const { exitCode, stdout } = await installed('validate', '--json', '--config', example);
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      { ok: true, errors: [], warnings: [], clusters: [{ name: 'analytics' }] },
    ]);
  });

  it('replays a load, which worker threads read and compare', async () => {
    const policy = join(folder, 'replayed.yaml');
    writeFileSync(policy, policyWith({ max: 6 }));
    writeFileSync(join(folder, 'load.csv'), 'time,load\n2026-03-02T00:00:00Z,2\n2026-03-03T00:00:00Z,1\n');
    const { exitCode, stdout } = await installed('backtest', '--config', policy, '--trace', 'load.csv', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ baselines: { static: { nodeHours: 48 * 4 } } });
  });

  it('runs, and judges a changed policy in a worker thread', async () => {
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, policyWith({ max: 6 }));
    const daemon = installed('run', '--config', policy);
    let log = '';
    daemon.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const said = (message: string) => log.split('\n').filter((line) => line.includes(`"msg":"${message}"`));
    try {
      await waitFor('the daemon runs', () => said('running').length === 1);
      writeFileSync(policy, policyWith({ max: 2 }));
      await waitFor(
        'the wrong policy is refused',
        () => said('configuration refused; the last good one stays in force').length > 0,
      );
      expect(log).toContain('policy.yaml:10:23: clusters[0].backends[0].min: 3 is more than max (2, line 10)');
      writeFileSync(policy, policyWith({ max: 7 }));
      await waitFor('the right policy is taken over', () => said('configuration in force').length > 0);
    } finally {
      daemon.kill('SIGTERM');
    }
    expect(await daemon).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

function policyWith({ max }: { readonly max: number }): string {
  return `version: 1
store: sqlite:${join(folder, 'autoscaler.db')}
server: { listen: "127.0.0.1:0" }
clusters:
  - name: nowhere
    endpoints: ["127.0.0.1:1"]
    user: autoscaler
    prometheus: { url: "http://127.0.0.1:1" }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: ${String(max)}, signals: [{ signal: be_cpu, target: 60% }] }]
`;
}

describe('on an older Node.js the command names the version that it needs, says nothing else and exits 1', () => {
  const bin = join(root, 'bin', 'doris-autoscaler.js');

  it('told by what the process says of itself', async () => {
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.19.2' } })`;
    const ran = await execa(process.execPath, ['--import', older, bin, '--version'], { reject: false });
    expect(ran).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `doris-autoscaler needs Node.js 26 or newer; this is ${process.version}.`,
    });
  });

  // The machine's own, where npm is run by one; the case above stands for it elsewhere.
  it.each(olderNodes())('$path ($version)', async ({ path, version: found }) => {
    const ran = await execa(path, [bin, '--version'], { reject: false });
    expect(ran).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `doris-autoscaler needs Node.js 26 or newer; this is ${found}.`,
    });
  });
});

function olderNodes(): readonly { readonly path: string; readonly version: string }[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, 'node'))
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path))
    .filter((path, index, paths) => paths.indexOf(path) === index)
    .map((path) => ({ path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }))
    .filter((node) => Number.parseInt(node.version.slice(1), 10) < 26);
}
