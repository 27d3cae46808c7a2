import type { Command } from 'commander';
import { DEMO_ZONE, runDemo } from '../app/demo/demo.ts';
import { sentencesOf } from '../decision/explain/sentences.ts';
import type { Operation } from '../domain/operation.ts';
import { formatLocal } from '../decision/windows/local-time.ts';
import { EXIT } from './context.ts';
import type { CliContext } from './context.ts';
import { fail } from './fail.ts';

const WEEK_SECONDS = 7 * 86_400;

export function registerDemo(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('One week of a simulated cluster in a few minutes: what is done, and why')
    .option('--minutes <n>', 'real minutes for the week', '4')
    .option('--listen <address>', 'API and metrics', '127.0.0.1:8088')
    .action((options: { readonly minutes: string; readonly listen: string }) => demo(options, context));
}

async function demo(
  options: { readonly minutes: string; readonly listen: string },
  context: CliContext,
): Promise<void> {
  const minutes = Number(options.minutes);
  if (!(minutes >= 1 && minutes <= 10_080)) {
    fail(
      context,
      {},
      { code: 'bad-input', message: `--minutes ${options.minutes} is no number from 1 to 10080` },
      EXIT.badInput,
    );
    return;
  }
  const factor = WEEK_SECONDS / (minutes * 60);
  context.out(
    `One week of a simulated Doris in about ${options.minutes} min (${factor.toFixed(0)} times as fast as life). Ctrl-C ends it.\n`,
  );
  const over = await runDemo({
    factor,
    version: context.version,
    stopping: context.stopping,
    listen: options.listen,
    head: (text) => {
      context.out(`${text}\n`);
    },
    say: (atMs, text) => {
      const [first = '', ...rest] = text.split('\n');
      const day = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(DEMO_ZONE).toPlainDate().toString();
      context.out(`${day} ${formatLocal(atMs, DEMO_ZONE, atMs)}  ${first}\n`);
      for (const line of rest) if (line !== '') context.out(`                      ${line}\n`);
    },
    explain: (record, policy) =>
      record.groups
        .filter((group) => group.role === 'backend')
        .flatMap((group) => sentencesOf(record, group, policy))
        .join('\n'),
    tell: steps(),
  });
  context.out(over ? 'The week is over.\n' : 'Stopped before the end of the week.\n');
}

/** Each step of an operation once, then its end. */
function steps(): (operation: Operation) => readonly string[] {
  const told = new Set<string>();
  return (operation) => {
    const lines: string[] = [];
    for (const step of operation.steps) {
      const name = `${operation.id} ${step.key}`;
      if (step.state !== 'done' || told.has(name)) continue;
      told.add(name);
      lines.push(`${operation.kind}: ${step.detail}`);
    }
    if (operation.endedAt !== undefined && !told.has(operation.id)) {
      told.add(operation.id);
      lines.push(`${operation.kind} ${operation.state}: ${operation.reason}`);
    }
    return lines;
  };
}
