import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { runCommandLine } from './cli/command-line.ts';
import type { CliContext, ExitCode } from './cli/context.ts';
import { systemClock } from './time/system-clock.ts';

/** A supervisor kills after 10 s; what hangs until then is left behind. */
const STOP_MS = 9_500;

let stopping: AbortSignal | undefined;

const context: CliContext = {
  env: process.env,
  get user() {
    return userName();
  },
  clock: systemClock(),
  version: packageVersion(),
  isTerminal: process.stdout.isTTY,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // A command that never asks for it ends at once, as any program does.
  get stopping() {
    stopping ??= stopOnSignals();
    return stopping;
  },
  onReload: (handle) => process.on('SIGHUP', handle),
  exit: (code: ExitCode) => {
    process.exitCode = code;
  },
};

// `doris-autoscaler operations | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

await runCommandLine(process.argv.slice(2), context);

/** The first signal asks the command to end, the second ends it. */
function stopOnSignals(): AbortSignal {
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (asked.signal.aborted) process.exit(1);
      asked.abort(new Error(name));
      setTimeout(() => process.exit(1), STOP_MS).unref();
    });
  }
  return asked.signal;
}

/** A container may run as a number without a name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  return 'unknown';
}
