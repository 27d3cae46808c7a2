import type { CliContext, CommonOptions } from '../context.ts';
import { EXIT } from '../context.ts';
import { fail } from '../fail.ts';

export interface BacktestOptions extends CommonOptions {
  readonly trace?: string;
  readonly since?: string;
  readonly from?: string;
  readonly start?: string;
  readonly html?: string;
}

/** Ends the command for what it was asked. */
export function refuse(options: BacktestOptions, context: CliContext, message: string, hint: string): undefined {
  fail(context, options, { code: 'bad-input', message, hint }, EXIT.badInput);
}
