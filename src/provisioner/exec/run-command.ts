import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** More output than an answer can have is cut. */
const OUTPUT_LIMIT_BYTES = 1_048_576;
/** From SIGTERM to SIGKILL. */
const KILL_AFTER_MS = 5_000;

/** Runs a program without a shell, writes `input` to it and collects what it says until it ends or its time is over. */
export function runCommand(
  command: readonly [string, ...string[]],
  options: { readonly input: string; readonly timeoutMs: number },
): Promise<CommandResult> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], shell: false, windowsHide: true });
    const stdout = collector();
    const stderr = collector();
    let timedOut = false;
    let kill: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGTERM');
      kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    }, options.timeoutMs);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    child.stdin.on('error', () => {
      // A program that does not read its input may still answer.
    });
    child.stdin.end(options.input);
    child.once('error', (error) => {
      clearTimeout(timer);
      clearTimeout(kill);
      reject(error);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      clearTimeout(kill);
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
