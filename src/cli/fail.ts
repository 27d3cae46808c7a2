import type { OrderError } from '../app/orders/outcome.ts';
import type { CliContext, CommonOptions, ExitCode } from './context.ts';
import { EXIT } from './context.ts';

/** An error that ends a command: one sentence and the line that mends it, or with --json one object on stderr. */
export function fail(
  context: CliContext,
  options: CommonOptions,
  error: { readonly code: string; readonly message: string; readonly hint?: string | undefined },
  exit: ExitCode = EXIT.failed,
): void {
  const { code, message, hint } = error;
  if (options.json === true) context.err(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  else context.err(`${message}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  context.exit(exit);
}

/** An order that was refused: what is not there, or is so already, is nothing to change. */
export function failOrder(context: CliContext, options: CommonOptions, error: OrderError): void {
  const code = error.code === 'not-found' ? 'nothing-to-change' : error.code;
  fail(context, options, { ...error, code }, code === 'bad-input' ? EXIT.badInput : EXIT.nothingToChange);
}
