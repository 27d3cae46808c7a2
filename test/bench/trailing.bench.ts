// Run by hand: node test/bench/trailing.bench.ts TRACE.csv [HH:MM-HH:MM]. Prints what the sizing costs and what it misses on a
// trace `timestamp_iso,load`, beside the plain maximum of the trailing 8 days; asserts nothing. The first 8 days are history,
// the peak fills 20 nodes wholly, 10 min from order to service, windows in UTC, no guard, cooldown, minHold or step.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { perMinute, replayLoad } from '../support/replay.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const HISTORY_MINUTES = 8 * DAY_MINUTES;
const DELAY_MINUTES = 10;
const TARGET = 0.7;
const PEAK_NODES = 20;
const LEAST_NODES = 3;

interface Result {
  readonly nodeHours: number;
  readonly saturatedMinutes: number;
  readonly aboveTargetMinutes: number;
  readonly changes: number;
}

const [file, window = '01:00-05:00'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node test/bench/trailing.bench.ts TRACE.csv [HH:MM-HH:MM]');
const [startMinute = 0, endMinute = 0] = window.split('-').map(minutesOf);
const rows = (await readFile(file, 'utf8')).trim().split('\n').slice(1).map(rowOf);
const startMs = rows[0]?.at ?? 0;
const peak = rows.reduce((most, row) => Math.max(most, row.load), 0);
const perNode = (peak / PEAK_NODES) * TARGET;
const load = perMinute(rows.map((row) => ({ at: row.at, load: row.load / perNode })));

const began = process.hrtime.bigint();
const replayed = replayLoad({
  load,
  startMs,
  judgedFromMs: startMs + HISTORY_MINUTES * MINUTE_MS,
  fullPerNode: 1 / TARGET,
  windows: { allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute, endMinute }] },
});
const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
print('this sizing', { ...replayed, changes: replayed.changes.length });
print('trailing 8-day maximum', trailingMaximum());
print('static peak at the target', fixed(Math.ceil(PEAK_NODES / TARGET - 1e-9)));
console.log(`${basename(file)}, window ${window}, ${String(rows.length)} samples, replayed in ${tookMs.toFixed(0)} ms`);

/** Inside the window enough for the highest load of the trailing 8 days; orders serve after the delay, and cost from the order on. */
function trailingMaximum(): Result {
  let total = Math.max(LEAST_NODES, nodesFor(highest(0, HISTORY_MINUTES)));
  let serving = total;
  let arriving: { readonly at: number; readonly nodes: number }[] = [];
  let changes = 0;
  return judge((minute) => {
    serving += arriving.filter(({ at }) => at === minute).reduce((sum, { nodes }) => sum + nodes, 0);
    arriving = arriving.filter(({ at }) => at > minute);
    if (isOpen(minute)) {
      const wanted = Math.max(LEAST_NODES, nodesFor(highest(minute + 1 - HISTORY_MINUTES, minute + 1)));
      if (wanted !== total) changes += 1;
      if (wanted > total) arriving.push({ at: minute + DELAY_MINUTES, nodes: wanted - total });
      if (wanted < total) {
        serving = Math.min(serving + arriving.reduce((sum, { nodes }) => sum + nodes, 0), wanted);
        arriving = [];
      }
      total = wanted;
    }
    return { total, serving, changes };
  });
}

function fixed(nodes: number): Result {
  return judge(() => ({ total: nodes, serving: nodes, changes: 0 }));
}

function judge(
  at: (minute: number) => { readonly total: number; readonly serving: number; readonly changes: number },
): Result {
  const result = { nodeHours: 0, saturatedMinutes: 0, aboveTargetMinutes: 0, changes: 0 };
  for (let minute = HISTORY_MINUTES; minute < load.length; minute += 1) {
    const { total, serving, changes } = at(minute);
    const now = load[minute] ?? 0;
    result.nodeHours += total / 60;
    result.changes = changes;
    if (now > (serving / TARGET) * (1 + 1e-9)) result.saturatedMinutes += 1;
    if (now > serving * (1 + 1e-9)) result.aboveTargetMinutes += 1;
  }
  return result;
}

function highest(from: number, until: number): number {
  return load.subarray(Math.max(0, from), until).reduce((most, each) => Math.max(most, each), 0);
}

function nodesFor(nodes: number): number {
  return Math.ceil(nodes - 1e-9);
}

function isOpen(minute: number): boolean {
  const ofDay = (startMs / MINUTE_MS + minute) % DAY_MINUTES;
  return startMinute < endMinute
    ? ofDay >= startMinute && ofDay < endMinute
    : ofDay >= startMinute || ofDay < endMinute;
}

function print(name: string, { nodeHours, saturatedMinutes, aboveTargetMinutes, changes }: Result): void {
  const hours = nodeHours.toFixed(1).padStart(10);
  console.log(
    `${name.padEnd(26)}${hours} node-hours ${String(saturatedMinutes).padStart(6)} min saturated ${String(aboveTargetMinutes).padStart(6)} min above target ${String(changes).padStart(5)} changes`,
  );
}

function rowOf(line: string): { readonly at: number; readonly load: number } {
  const comma = line.indexOf(',');
  return { at: Date.parse(line.slice(0, comma)), load: Number(line.slice(comma + 1)) };
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}
