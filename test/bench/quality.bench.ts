// Run by hand: npm run bench:quality -- FOLDER. Judges the sizing on every CSV trace of a folder (without one, on generated
// loads) under two windows, and prints what it costs and what it misses; asserts nothing. The first 8 days are history, the peak
// fills 20 nodes wholly, 10 min from order to service, windows in UTC, no guard, cooldown, minHold or limit of steps.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Backtest } from '../../src/backtest/backtest.ts';
import { scanCsv } from '../../src/backtest/trace/scan-csv.ts';
import { perMinute } from '../../src/backtest/trace/trace.ts';
import type { Trace } from '../../src/backtest/trace/trace.ts';
import { DAY, MINUTE } from '../support/decision-input.ts';
import { judgedBacktest } from '../support/judged-backtest.ts';
import { generatedLoad, LOAD_NAMES } from '../support/loads.ts';

const PEAK_NODES = 20;
const TARGET = 0.7;
const HISTORY_MS = 8 * DAY;
/** Time above the target that is forgiven even where the trailing maximum has less. */
const ALLOWED_SHARE = 0.005;
const WINDOWS = [
  { name: '01:00-01:20', startMinute: 60, endMinute: 80 },
  { name: '01:00-05:00', startMinute: 60, endMinute: 300 },
] as const;

const [folder] = process.argv.slice(2);
const traces = folder === undefined ? LOAD_NAMES.map((name) => generatedLoad(name)) : readFolder(folder);
for (const { name, startMinute, endMinute } of WINDOWS) {
  console.log(`\nwindow ${name}`);
  console.log(
    `${'trace'.padEnd(28)}${'node-hours'.padStart(11)}${'saturated'.padStart(16)}${'above target'.padStart(18)}${'changes'.padStart(9)}${'capture'.padStart(10)}`,
  );
  const captures = traces.map((trace) => {
    const peak = trace.columns[0]?.values.reduce((most, load) => (load > most ? load : most), 0) ?? 0;
    const judged = judgedBacktest(trace, {
      fromMs: trace.startMs + HISTORY_MS,
      perNode: (peak / PEAK_NODES) * TARGET,
      windows: { allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute, endMinute }] },
    });
    print(basename(trace.name, '.csv'), judged);
    return judged.capture ?? NaN;
  });
  const known = captures.filter((each) => !Number.isNaN(each)).toSorted((a, b) => a - b);
  const middle =
    ((known[Math.floor((known.length - 1) / 2)] ?? NaN) + (known[Math.floor(known.length / 2)] ?? NaN)) / 2;
  console.log(`${'median'.padEnd(82)}${percent(middle).padStart(10)}`);
}

function print(name: string, { replayed, baselines, capture, fromMs, untilMs }: Backtest): void {
  const { nodeHours, saturatedMinutes, aboveTargetMinutes, changes } = replayed.figures;
  const { trailingMaximum } = baselines;
  const allowed = Math.round(
    Math.max(trailingMaximum.aboveTargetMinutes, (ALLOWED_SHARE * (untilMs - fromMs)) / MINUTE),
  );
  const within = saturatedMinutes <= trailingMaximum.saturatedMinutes && aboveTargetMinutes <= allowed;
  const of = (minutes: number, most: number): string => `${String(minutes)} of ${String(most)} min`;
  console.log(
    `${name.padEnd(28)}${nodeHours.toFixed(0).padStart(11)}${of(saturatedMinutes, trailingMaximum.saturatedMinutes).padStart(16)}${of(aboveTargetMinutes, allowed).padStart(18)}${String(changes).padStart(9)}${percent(capture ?? NaN).padStart(10)}${within ? '' : '  beyond its bounds'}`,
  );
}

function percent(ratio: number): string {
  return Number.isNaN(ratio) ? 'nothing to save' : `${(ratio * 100).toFixed(1)} %`;
}

function readFolder(from: string): readonly Trace[] {
  return readdirSync(from)
    .filter((name) => name.endsWith('.csv'))
    .toSorted()
    .map((name) => {
      const scanned = scanCsv(name, readFileSync(join(from, name)));
      if (!scanned.ok) throw new Error(JSON.stringify(scanned.problem));
      const [column] = scanned.rows.columns;
      return perMinute({ ...scanned.rows, columns: column === undefined ? [] : [{ ...column, name: 'load' }] });
    });
}
