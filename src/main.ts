import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import type { CliContext, ExitCode } from './cli/context.ts';
import { EXIT } from './cli/context.ts';
import { buildProgram } from './cli/program.ts';
import { systemClock } from './time/system-clock.ts';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    stopping.abort(new Error(name));
  });
}

const context: CliContext = {
  env: process.env,
  clock: systemClock(),
  version: packageVersion(),
  isTerminal: process.stdout.isTTY,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stopping: stopping.signal,
  onReload: (handle) => process.on('SIGHUP', handle),
  exit: (code: ExitCode) => {
    process.exitCode = code;
  },
};

const program = buildProgram(context);
program.exitOverride();
for (const command of program.commands) command.exitOverride();
try {
  await program.parseAsync(process.argv);
} catch (error) {
  // commander has said what is wrong with the command line; help and version are no errors.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.fine : EXIT.badInput;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  return 'unknown';
}
