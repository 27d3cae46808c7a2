import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const scripts = join(root, 'scripts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-scripts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the preparation of the tests', () => {
  it('names the packages that are missing where none can be installed, and fails', async () => {
    const ran = await execa(process.execPath, [join(scripts, 'prepare-tests.mjs')], {
      env: { PATH: folder },
      extendEnv: false,
      reject: false,
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/^The tests need (?:[a-z-]+, )*prometheus\b/);
    expect(ran.stderr).toMatch(/ {2}sudo apt-get update && sudo apt-get install .*\bprometheus\b/);
  });
});

describe('sources on an older Node.js', () => {
  it('say which one they need and how to get it', async () => {
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.19.2' } })`;
    const ran = await execa(
      process.execPath,
      ['--import', older, '--import', join(scripts, 'require-node.mjs'), join(root, 'src', 'main.ts'), '--version'],
      { reject: false },
    );
    expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(/^doris-autoscaler needs Node\.js 26 or newer to run its sources; .*npm ci/);
  });
});

/** A run of vitest over some files, in a folder of its own. */
async function vitestOver(files: Readonly<Record<string, string>>, config: string, env: NodeJS.ProcessEnv = {}) {
  const project = mkdtempSync(join(folder, 'project-'));
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  writeFileSync(join(project, 'vitest.config.mjs'), config);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return await execa(process.execPath, [vitest, 'run', '--root', project], { cwd: project, env, reject: false });
}

describe('a test that never ends', () => {
  const limits = join(root, 'test', 'support', 'limits.ts');
  const config = `export default { test: { pool: 'threads', setupFiles: ['${limits}'], include: ['*.test.mjs'] } };\n`;
  const over = async (body: string) =>
    await vitestOver(
      { 'a.test.mjs': `import { it } from 'vitest';\nit('goes on', async function goesOn() {\n${body}\n});\n` },
      config,
      { TEST_STUCK_MS: '2000' },
    );

  it('in a loop ends the run, and the line where it stands is told', async () => {
    const { signal, stderr } = await over('for (;;);');
    expect(signal).toBe('SIGKILL');
    expect(stderr).toMatch(/^no timer has fired for 2 s, the run is ended; it stands$/m);
    expect(stderr).toMatch(/^ {2}at goesOn \S*a\.test\.mjs:\d+:/m);
  });

  it('in promises that never rest ends the run as well', async () => {
    const { signal, stderr } = await over('for (;;) await undefined;');
    expect(signal).toBe('SIGKILL');
    expect(stderr).toMatch(/^no timer has fired for 2 s/m);
  });
});

describe('the closing line of a test run', () => {
  const config = `import { closingLine } from '${join(scripts, 'closing-line.ts')}';
export default { test: { reporters: [closingLine()], include: ['*.test.mjs'], globalSetup: ['setup.mjs'] } };\n`;

  async function runOf(files: Readonly<Record<string, string>>) {
    const { exitCode, stdout } = await vitestOver(
      { 'setup.mjs': 'export const setup = () => {};\n', ...files },
      config,
    );
    return { failed: exitCode !== 0, last: stdout.trimEnd().split('\n').at(-1) };
  }

  const right = "import { it } from 'vitest';\nit('a', () => {});\nit('b', () => {});\n";

  it.each([
    ['tests that pass', { 'a.test.mjs': right }, { failed: false, last: '2 passed, 0 failed' }],
    [
      'a test that fails',
      { 'a.test.mjs': `${right}it('c', () => {\n  throw new Error();\n});\n` },
      { failed: true, last: '2 passed, 1 failed' },
    ],
    [
      'a file that does not load',
      { 'a.test.mjs': right, 'b.test.mjs': 'throw new Error();\n' },
      { failed: true, last: '2 passed, 1 failed' },
    ],
    [
      'a set-up that fails',
      { 'a.test.mjs': right, 'setup.mjs': 'export const setup = () => {\n  throw new Error();\n};\n' },
      { failed: true, last: '0 passed, 1 failed' },
    ],
  ])('of %s', async (_, files, end) => {
    expect(await runOf(files)).toEqual(end);
  });
});
