import type { Command } from 'commander';
import { windowsBody } from '../app/present/windows/windows.ts';
import { windowsText } from '../app/present/windows/windows-text.ts';
import { deniedIntervals, effectiveWindows } from '../decision/windows/effective.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { EXIT } from './context.ts';
import { fail } from './fail.ts';
import { instantOf } from './instant.ts';
import { commonCommand } from './common-command.ts';
import { jsonText, readPolicy } from './read-policy.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 3660;

interface WindowsOptions extends CommonOptions {
  readonly from?: string;
  readonly days: string;
}

export function registerWindows(program: Command, context: CliContext): void {
  commonCommand(program, 'windows', 'The calendar of windows: merged, with what denies them')
    .option('--from <instant>', 'first instant, e.g. 2026-12-01T00:00:00+08:00 (default: now)')
    .option('--days <number>', 'how many days', '14')
    .action((options: WindowsOptions) => {
      windows(options, context);
    });
}

function windows(options: WindowsOptions, context: CliContext): void {
  const now = context.clock.now();
  const from = options.from === undefined ? now : instantOf(options.from);
  const days = /^[0-9]{1,4}$/.test(options.days) ? Number(options.days) : 0;
  if (from === undefined) {
    const message = `--from ${String(options.from)} is no instant`;
    fail(context, options, { code: 'bad-input', message, hint: 'such as 2026-12-01T00:00:00+08:00' }, EXIT.badInput);
    return;
  }
  if (days < 1 || days > MOST_DAYS) {
    const message = `--days ${options.days} is no number of days`;
    fail(context, options, { code: 'bad-input', message, hint: `1 to ${String(MOST_DAYS)}` }, EXIT.badInput);
    return;
  }
  const policy = readPolicy(options, context);
  if (policy === undefined) return;
  const range = { startMs: from, endMs: from + days * DAY_MS };
  const calendars = policy.clusters.map((cluster) => ({
    cluster,
    windows: effectiveWindows(cluster.windows, range),
    denied: deniedIntervals(cluster.windows, range),
  }));
  if (options.json === true) {
    context.out(
      jsonText({
        clusters: calendars.map(({ cluster, windows: open, denied }) => windowsBody(cluster, open, denied)),
      }),
    );
  } else {
    for (const calendar of calendars) context.out(windowsText(calendar, { range, now }));
  }
}
