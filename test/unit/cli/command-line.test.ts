import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../../src/cli/program.ts';
import { runCommand } from '../../support/command.ts';

describe('the commands', () => {
  it('are those of this version and no later one', () => {
    expect(COMMAND_NAMES.toSorted()).toEqual(
      [
        ...['run', 'demo', 'plan', 'explain', 'validate', 'windows', 'doctor', 'simulate', 'status', 'operations'],
        ...['pause', 'resume', 'approve', 'cancel', 'schema', 'backtest', 'suggest'],
      ].toSorted(),
    );
  });

  it('are each registered under their name, with a description', async () => {
    const { out } = await runCommand(['--help']);
    for (const name of COMMAND_NAMES) expect(out).toMatch(new RegExp(`^ {2}${name} .*\\w{3}`, 'm'));
  });

  it.each([
    'plan',
    'explain',
    'validate',
    'windows',
    'doctor',
    'status',
    'operations',
    'pause',
    'resume',
    'approve',
    'cancel',
    'backtest',
    'suggest',
  ])('%s takes --config, --cluster, --group and --json', async (name) => {
    const { out, exit } = await runCommand([name, '--help']);
    expect(exit).toBe(0);
    for (const option of ['--config <file>', '--cluster <name>', '--group <name>', '--json'])
      expect(out).toContain(option);
  });
});

describe('a command line', () => {
  it.each([['--version'], ['-V']])('%s says the version', async (option) => {
    expect(await runCommand([option])).toEqual({ out: '1.2.3\n', err: '', exit: 0 });
  });

  it.each([
    ['with an unknown command', ['report'], "unknown command 'report'"],
    ['with an unknown option', ['status', '--nope'], "unknown option '--nope'"],
    ['with an option that lacks its value', ['status', '--config'], "option '--config <file>' argument missing"],
    ['that lacks an argument', ['cancel'], "missing required argument 'id'"],
    ['with an argument too many', ['status', 'analytics'], 'too many arguments'],
  ])('%s is refused with exit 2, with --json as one object on stderr', async (_case, args, message) => {
    const text = await runCommand(args);
    expect([text.exit, text.out]).toEqual([2, '']);
    expect(text.err).toContain(message);
    const [command = '', ...rest] = args;
    const json = await runCommand([command, '--json', ...rest]);
    expect([json.exit, json.out]).toEqual([2, '']);
    expect(json.err.trimEnd().split('\n')).toHaveLength(1);
    const { error } = JSON.parse(json.err) as { error: { code: string; message: string; hint: string } };
    expect(error).toMatchObject({ code: 'bad-input', hint: 'doris-autoscaler --help' });
    expect(error.message).toContain(message);
  });

  it('without a command shows what there is, with exit 2', async () => {
    const { out, err, exit } = await runCommand([]);
    expect([out, exit]).toEqual(['', 2]);
    expect(err).toContain('Usage: doris-autoscaler [options] [command]');
  });

  it('that meets a failure which nobody foresaw says it with exit 1 and never throws', async () => {
    const clock = {
      now: () => {
        throw new Error('no clock');
      },
      monotonicMs: () => 0,
      sleep: () => Promise.resolve(),
    };
    const text = await runCommand(['validate'], { clock });
    expect([text.exit, text.out]).toEqual([1, '']);
    expect(text.err).toMatch(/^Error: no clock\n {4}at /);
    const json = await runCommand(['validate', '--json'], { clock });
    expect(JSON.parse(json.err)).toEqual({ error: { code: 'internal', message: 'no clock' } });
  });
});

describe('a value that is wrong is refused before anything is opened', () => {
  it.each([
    [['plan', '--stage', 'act'], '--stage act is none of observe, decide, admit\n'],
    [['plan', '--at', 'noon'], '--at noon is no instant\n  such as 2026-12-01T02:00:00+08:00\n'],
    [['explain', '--at', 'noon'], '--at noon is no instant\n  such as 2026-12-01T02:00:00+08:00\n'],
    [['pause', '--for', 'long'], '--for long is no duration\n  such as 30m, 2h or 3d\n'],
    [['pause', '--for', '0s'], '--for 0s is no duration\n  such as 30m, 2h or 3d\n'],
    [['pause', '--direction', 'up'], '--direction up is neither in nor out\n'],
    [['resume', '--direction', 'up'], '--direction up is neither in nor out\n'],
    [['pause', '--group', 'default'], 'this is for a whole cluster\n  leave --group out\n'],
    [['resume', '--group', 'default'], 'this is for a whole cluster\n  leave --group out\n'],
    [['cancel', '01ABCDEF', '--group', 'x'], 'this is for a whole cluster\n  leave --group out\n'],
    [['approve', '01ABCDEF', '--group', 'x'], 'this is for a whole cluster\n  leave --group out\n'],
    [['run', '--log-level', 'loud'], '--log-level loud is none of debug, info, warn, error\n'],
  ])('%j', async (args, err) => {
    expect(await runCommand(args)).toEqual({ out: '', err, exit: 2 });
    const json = await runCommand([...args, '--json']);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'bad-input', message: err.split('\n')[0] } });
  });
});
