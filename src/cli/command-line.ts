import { CommanderError } from 'commander';
import { EXIT } from './context.ts';
import type { CliContext } from './context.ts';
import { fail } from './fail.ts';
import { buildProgram } from './program.ts';

/** Runs one command line, without `node` and the script. Never rejects: what goes wrong is said, and sets the exit code. */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<void> {
  const json = args.includes('--json');
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) misused(error, json, context);
    else broken(error, json, context);
  }
}

/** commander has said on stderr what is wrong with the command line; help and version are no errors. */
function misused(error: CommanderError, json: boolean, context: CliContext): void {
  if (error.exitCode === 0) return;
  context.exit(EXIT.badInput);
  if (!json) return;
  const message = error.code === 'commander.help' ? 'no command is given' : error.message.replace(/^error: /, '');
  fail(context, { json }, { code: 'bad-input', message, hint: 'doris-autoscaler --help' }, EXIT.badInput);
}

function broken(error: unknown, json: boolean, context: CliContext): void {
  if (!(error instanceof Error)) {
    fail(context, { json }, { code: 'internal', message: String(error) });
    return;
  }
  const { code, hint } = error as Error & { readonly code?: unknown; readonly hint?: unknown };
  const coded = typeof code === 'string' && /^[a-z]+(?:-[a-z]+)*$/.test(code);
  fail(
    context,
    { json },
    {
      code: coded ? code : 'internal',
      // Without a code nobody foresaw it: where it happened is all there is to go by.
      message: coded || json ? error.message : (error.stack ?? error.message),
      hint: typeof hint === 'string' ? hint : undefined,
    },
  );
}
