import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/provisioner/exec/run-command.ts';
import { waitFor } from '../../support/wait-for.ts';

const run = (text: string, options: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(['/bin/sh', '-c', text], { input: '', timeoutMs: 20_000, ...options });

/** The processes that a shell text named on its output, as far as they are alive. */
function alive(pids: string): readonly string[] {
  return pids
    .trim()
    .split(/\s+/)
    .filter((pid) => {
      try {
        return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
      } catch {
        return false;
      }
    });
}

describe('a program whose time is over', () => {
  it('is ended with everything that it started', async () => {
    const result = await run('sleep 600 & echo $! $$; sleep 600', { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, exitCode: undefined, signal: 'SIGTERM' });
    expect(result.stdout.trim().split(' ')).toHaveLength(2);
    await waitFor('the end of both', () => alive(result.stdout).length === 0);
  });

  it('is killed when it does not mind SIGTERM, and so is what it started', async () => {
    const result = await run(
      `trap '' TERM; (trap '' TERM; echo $$; while :; do sleep 1; done) & while :; do sleep 1; done`,
      {
        timeoutMs: 300,
        killAfterMs: 200,
      },
    );
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
    await waitFor('the end of the group', () => alive(result.stdout).length === 0);
  });

  it('is not waited for by a child that ignores SIGTERM after it ended itself', async () => {
    const result = await run(`(trap '' TERM; echo started; sleep 600) & sleep 600`, { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, stdout: 'started\n' });
  });
});

describe('a program that ends', () => {
  it('is told apart by its exit code and what it said, each kept apart', async () => {
    expect(await run('cat; echo err >&2; exit 3', { input: 'question\n' })).toEqual({
      exitCode: 3,
      signal: undefined,
      stdout: 'question\n',
      stderr: 'err\n',
      timedOut: false,
    });
  });

  it('is not waited for by a server that it left behind with its output open', async () => {
    const result = await run('sleep 600 & echo $!; exit 0', { timeoutMs: 60_000 });
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    expect(alive(result.stdout)).toHaveLength(1);
    process.kill(Number(result.stdout));
  });

  it('is not held up by its own output, of which a mebibyte is kept', async () => {
    const result = await run(`head -c 5000000 /dev/zero | tr '\\0' x; head -c 5000000 /dev/zero | tr '\\0' y >&2`);
    expect(result.exitCode).toBe(0);
    expect([result.stdout.length, result.stderr.length]).toEqual([1_048_576, 1_048_576]);
  });

  it('has no shell between: words are passed on as they are', async () => {
    const words = ['$HOME', '; exit 9', '`id`', 'a b'];
    const result = await runCommand(['/usr/bin/printf', '%s\\n', ...words], { input: '', timeoutMs: 5000 });
    expect(result.stdout.split('\n').slice(0, -1)).toEqual(words);
  });

  it('and cannot be started at all rejects', async () => {
    await expect(runCommand(['/nowhere'], { input: '', timeoutMs: 5000 })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
