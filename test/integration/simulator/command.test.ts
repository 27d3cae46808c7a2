import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliContext, ExitCode } from '../../../src/cli/context.ts';
import { registerSimulate } from '../../../src/cli/simulate.ts';
import type { SimulatorDescription } from '../../../src/simulator/wire/describe.ts';
import { realClock } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { accepts, failureOf } from './support.ts';

interface Run {
  readonly done: Promise<unknown>;
  readonly stop: () => void;
  readonly out: () => string;
  readonly err: () => string;
  readonly exit: () => ExitCode;
}

function simulate(...args: readonly string[]): Run {
  const stopping = new AbortController();
  let out = '';
  let err = '';
  let exit: ExitCode = 0;
  const context: CliContext = {
    env: {},
    clock: realClock,
    version: '0.0.0',
    isTerminal: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopping: stopping.signal,
    onReload: () => undefined,
    exit: (code) => {
      exit = code;
    },
  };
  const program = new Command('doris-autoscaler').version('0.0.0', '-V, --version').exitOverride();
  registerSimulate(program, context);
  const done = program.parseAsync(['simulate', ...args], { from: 'user' });
  return {
    done,
    stop: () => {
      stopping.abort();
    },
    out: () => out,
    err: () => err,
    exit: () => exit,
  };
}

describe('the command simulate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('prints one line of JSON, lets people know on stderr, and ends with exit 0', async () => {
    const trace = join(folder, 'load.csv');
    await writeFile(trace, 'timestamp_iso,load\n2026-01-05T00:00:00Z,1\n2026-01-05T12:00:00Z,4\n');
    const run = simulate(
      '--version',
      '2.1',
      '--frontends',
      '1',
      '--backends',
      '2',
      '--port-base',
      '0',
      '--trace',
      trace,
    );
    await waitFor('the first line', () => run.out().includes('\n'));
    const [line = '', ...rest] = run.out().split('\n');
    const description = JSON.parse(line) as SimulatorDescription;
    expect(rest).toEqual(['']);
    expect(Object.keys(description).toSorted()).toEqual([
      'backends',
      'frontends',
      'hosts',
      'prometheus',
      'scrapeTargets',
    ]);
    expect(description.frontends.map((each) => Object.keys(each))).toEqual([['host', 'mysqlPort', 'httpPort', 'role']]);
    expect(description.backends.map((each) => Object.keys(each))).toEqual([
      ['host', 'heartbeatPort', 'httpPort'],
      ['host', 'heartbeatPort', 'httpPort'],
    ]);
    expect(description.hosts.backends).toHaveLength(4);
    expect(run.err()).toMatch(/^Doris 2\.1: 1 frontends, 2 backends/);
    const [frontend] = description.frontends;
    expect(await accepts(frontend?.host ?? '', frontend?.mysqlPort ?? 0)).toBe(true);
    run.stop();
    await run.done;
    expect(run.exit()).toBe(0);
    expect(await accepts(frontend?.host ?? '', frontend?.mysqlPort ?? 0)).toBe(false);
    expect((await failureOf(fetch(description.prometheus))).message).toBe('fetch failed');
  });

  it.each([
    [['--version', '1.2'], '--version 1.2 is none of 2.1, 3.0, 4.0'],
    [['--frontends', '0'], '--frontends 0 is no whole number from 1 to 8'],
    [['--backends', 'six'], '--backends six is no whole number from 1 to 150'],
    [['--speed', '0'], '--speed 0 is no number above 0'],
    [['--port-base', '-1'], '--port-base -1 is no whole number from 0 to 65400'],
  ])('refuses %j with exit 2', async (args, message) => {
    const run = simulate(...args);
    await run.done;
    expect([run.exit(), run.out(), run.err()]).toEqual([2, '', `${message}\n`]);
  });

  it('refuses a trace that is not there, or no trace, with exit 2', async () => {
    const missing = simulate('--trace', join(folder, 'missing.csv'));
    await missing.done;
    expect([missing.exit(), missing.out()]).toEqual([2, '']);
    expect(missing.err()).toContain('missing.csv cannot be read: ENOENT');
    const path = join(folder, 'bad.csv');
    await writeFile(path, 'hello\n');
    const bad = simulate('--trace', path, '--json');
    await bad.done;
    expect(bad.exit()).toBe(2);
    expect(JSON.parse(bad.err())).toMatchObject({ error: { code: 'bad-input' } });
    expect(bad.err()).toContain('line 1: \\"hello\\" is not an instant');
  });
});
