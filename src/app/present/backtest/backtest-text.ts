import type { Backtest } from '../../../backtest/backtest.ts';
import type { Figures } from '../../../backtest/world/node-world.ts';
import { countOf, countText, percentText } from '../../../decision/explain/text.ts';
import { formatDuration, formatLocal } from '../../../decision/windows/local-time.ts';
import { table } from '../table.ts';
import { costOf } from './backtest-body.ts';

const MINUTE_MS = 60_000;
const MOST_CHANGES = 20;

/** What the policy would have done, for people: the answer, what else could have been done, then what it rests on. */
export function backtestText(backtest: Backtest, decisionsHash: string, zone: string): string {
  const { cluster, group, fromMs, untilMs, problem, replayed, regrets, baselines, capture } = backtest;
  const local = (at: number): string => formatLocal(at, zone);
  const head = `${cluster}   be/${group.group}   ${local(fromMs)} to ${local(untilMs)} ${zone}   ${formatDuration(untilMs - fromMs)} judged   begins with ${countOf(problem.start, 'node')}`;
  const peak = baselines.static.nodeHours / ((untilMs - fromMs) / 3_600_000);
  const rows = [
    row('this policy', replayed.figures, backtest),
    row(`static (${countOf(Math.round(peak), 'node')})`, baselines.static, backtest),
    row('HPA', baselines.hpa, backtest),
    row('HPA in the windows', baselines.hpaInWindows, backtest),
    row('trailing 8-day maximum', baselines.trailingMaximum, backtest),
    row('optimum, knowing the future', baselines.optimum, backtest),
  ];
  const shown = replayed.changes.slice(-MOST_CHANGES);
  const more = replayed.changes.length - shown.length;
  return [
    `${head}\n\n`,
    table([heads(backtest), ...rows]),
    '\n',
    `capture    ${captureText(capture)}\n`,
    ...(regrets.length === 0 ? ['regrets    none\n'] : regrets.map((each, index) => regretLine(each, index, local))),
    ...(backtest.unknownMinutes === 0
      ? []
      : [`unknown    ${minutesText(backtest.unknownMinutes)} of load, not judged\n`]),
    `decisions  ${decisionsHash}\n`,
    ...(shown.length === 0 ? [] : ['\n']),
    ...(more > 0 ? [`  ${countOf(more, 'change')} before (--json lists all)\n`] : []),
    table(shown.map(({ at, from, to, reason }) => [`  ${local(at)}`, `${String(from)} -> ${String(to)}`, reason])),
    '\n',
    ...backtest.assumptions.map((each, index) => `${index === 0 ? 'assumed    ' : '           '}${each}\n`),
  ].join('');
}

function heads({ group }: Backtest): readonly string[] {
  return ['', 'node-hours', ...(group.cost === undefined ? [] : ['cost']), 'saturated', 'above target', 'changes'].map(
    (each) => each,
  );
}

function row(name: string, figures: Figures, { group }: Backtest): readonly string[] {
  const cost = costOf(figures.nodeHours, group);
  return [
    `  ${name}`,
    countText(figures.nodeHours),
    ...(cost === null ? [] : [`${countText(cost.amount)} ${cost.currency}`]),
    minutesText(figures.saturatedMinutes),
    minutesText(figures.aboveTargetMinutes),
    countText(figures.changes),
  ];
}

function captureText(capture: number | undefined): string {
  return capture === undefined
    ? 'nothing could be saved: the peak is needed all the time'
    : `${percentText(capture)} of what the optimum saves against static`;
}

function regretLine(
  { endedAt, from, to, regrets, detail }: Backtest['regrets'][number],
  index: number,
  local: (at: number) => string,
): string {
  const head = index === 0 ? 'regrets    ' : '           ';
  return `${head}${local(endedAt)} ${String(from)} -> ${String(to)}: ${regrets.join(', ')} (${detail})\n`;
}

function minutesText(minutes: number): string {
  return minutes < 120 ? `${countText(minutes)} min` : formatDuration(minutes * MINUTE_MS);
}
