import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { kill } from 'node:process';

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly input: string;
  readonly timeoutMs: number;
  /** From SIGTERM to SIGKILL, by default 5 s. */
  readonly killAfterMs?: number;
}

/** More output than an answer can have is dropped; the program is never held up by it. */
const OUTPUT_LIMIT_BYTES = 1_048_576;
const KILL_AFTER_MS = 5000;
/** What the program left behind, such as a server, may keep its output open for ever. */
const OUTPUT_AFTER_EXIT_MS = 1000;

/**
 * Runs a program without a shell, writes `input` to it and collects what it says until it ends. When its time is over its
 * whole process group is ended, since a script waits for what it started. Rejects only when it cannot be started.
 */
export function runCommand(
  command: readonly [string, ...string[]],
  { input, timeoutMs, killAfterMs = KILL_AFTER_MS }: CommandOptions,
): Promise<CommandResult> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], shell: false, detached: true });
    const stdout = collector();
    const stderr = collector();
    let timedOut = false;
    let last: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child, 'SIGTERM');
      last = setTimeout(() => {
        endGroup(child, 'SIGKILL');
      }, killAfterMs);
    }, timeoutMs);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    child.stdin.on('error', () => {
      // A program that does not read its input may still answer.
    });
    child.stdin.end(input);
    child.once('error', (error) => {
      clearTimeout(timer);
      clearTimeout(last);
      reject(error);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      clearTimeout(last);
      // Whatever ignored SIGTERM goes with the program that started it.
      if (timedOut) endGroup(child, 'SIGKILL');
      last = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, OUTPUT_AFTER_EXIT_MS);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(last);
      resolve({
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        stdout: stdout.text(),
        stderr: stderr.text(),
        timedOut,
      });
    });
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    kill(-child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

function collector(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk) => {
      if (size < OUTPUT_LIMIT_BYTES) chunks.push(chunk.subarray(0, OUTPUT_LIMIT_BYTES - size));
      size += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
