import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../src/simulator/start.ts';
import { changingStatements, startTestSimulator } from '../support/simulator.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** What stands in the README's fenced blocks of one language, as someone would paste it. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter((match) => match[2] === language)
    .map(([, indent = '', , text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

let folder: string;
let simulator: SimulatorHandle;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-readme-'));
  simulator = await startTestSimulator();
  const [policy = ''] = blocks('yaml');
  const [master] = simulator.description.frontends;
  writeFileSync(
    join(folder, 'doris-autoscaler.yaml'),
    policy
      .replace('fe1:9030', `${master?.host ?? ''}:${String(master?.mysqlPort)}`)
      .replace('http://prometheus:9090', simulator.description.prometheus),
  );
  const command = join(folder, 'doris-autoscaler');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'src', 'main.ts')}' "$@"\n`);
  chmodSync(command, 0o755);
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the README's first policy, on a cluster that is there", () => {
  const lines = blocks('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('doris-autoscaler '));

  const says: Readonly<Record<string, RegExp>> = {
    validate: /^valid: revision [0-9a-f]{12}, 1 cluster$/m,
    doctor: /^ok +privileges +can act$/m,
    // The past is read before any daemon ran: what it needs is known.
    plan: /^analytics .* observe [\s\S]*nodes[\s\S]*by the errors of \d+ forecasts/m,
  };

  it('is looked at by three commands', () => {
    expect(lines.map((line) => line.split(' ')[1])).toEqual(Object.keys(says));
  });

  it.each(lines)('%s', async (line) => {
    const ran = await execa('sh', ['-c', line], {
      cwd: folder,
      env: { PATH: [folder, process.env['PATH']].join(delimiter), DORIS_PASSWORD: 'autoscaler' },
      reject: false,
      timeout: 100_000,
    });
    expect(ran.stdout).toMatch(says[line.split(' ')[1] ?? ''] ?? /never/);
    expect(ran.stdout).not.toContain('not-leader');
    expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
  });

  it('has changed nothing', () => {
    expect(changingStatements(simulator)).toEqual([]);
  });
});
