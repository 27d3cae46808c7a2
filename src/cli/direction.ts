import type { Pause } from '../domain/memory.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';

/** `--direction`, both without it; undefined after an error was said. */
export function directionOf(
  options: CommonOptions & { readonly direction?: string },
  context: CliContext,
): Pause['direction'] | undefined {
  const { direction } = options;
  if (direction === undefined) return 'both';
  if (direction === 'in' || direction === 'out') return direction;
  const error = { code: 'bad-input', message: `--direction ${direction} is neither in nor out` };
  fail(context, options, error, EXIT.badInput);
  return undefined;
}
