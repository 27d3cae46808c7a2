import { runCommandLine } from '../../src/cli/command-line.ts';
import type { CliContext } from '../../src/cli/context.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { systemClock } from '../../src/time/system-clock.ts';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
}

/** One command in this process, as main.ts runs it. */
export async function runCommand(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly clock?: Clock;
    readonly stopping?: AbortSignal;
  } = {},
): Promise<Ran> {
  let [out, err, exit] = ['', '', 0];
  const context: CliContext = {
    env: options.env ?? {},
    clock: options.clock ?? systemClock(),
    version: '1.2.3',
    isTerminal: false,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopping: options.stopping ?? new AbortController().signal,
    onReload: () => undefined,
    exit: (code) => {
      exit = code;
    },
  };
  await runCommandLine(args, context);
  return { out, err, exit };
}

/** A clock that stands still. */
export function clockAt(at: number): Clock {
  return { now: () => at, monotonicMs: () => 0, sleep: () => Promise.resolve() };
}
