// npm run bench has no timed assertion: this prints what the sizing costs and what it misses, for any folder of traces.
//   node test/bench/trailing.bench.ts FOLDER [--windows 01:00-05:00]
// Each trace is `timestamp_iso,load`; the first 8 days are history, the peak fills 20 nodes, 10 min from order to service.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { perMinute, replayLoad } from '../support/replay.ts';

const DAY_MS = 86_400_000;
const TARGET = 0.7;
const PEAK_NODES = 20;

const [folder, , window = '01:00-05:00'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node test/bench/trailing.bench.ts FOLDER [--windows HH:MM-HH:MM]');
const [startMinute = 0, endMinute = 0] = window.split('-').map(minutesOf);
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.csv')).toSorted()) {
  const rows = (await readFile(join(folder, file), 'utf8')).trim().split('\n').slice(1).map(rowOf);
  const peak = rows.reduce((most, row) => Math.max(most, row.load), 0);
  const perNode = (peak / PEAK_NODES) * TARGET;
  const startMs = rows[0]?.at ?? 0;
  const began = process.hrtime.bigint();
  const result = replayLoad({
    load: perMinute(rows.map((row) => ({ at: row.at, load: row.load / perNode }))),
    startMs,
    judgedFromMs: startMs + 8 * DAY_MS,
    fullPerNode: 1 / TARGET,
    windows: {
      allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute, endMinute }],
    },
  });
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  console.log(
    JSON.stringify({
      trace: file,
      window,
      nodeHours: Math.round(result.nodeHours * 10) / 10,
      saturatedMinutes: result.saturatedMinutes,
      aboveTargetMinutes: result.aboveTargetMinutes,
      changes: result.changes.length,
      replayMs: Math.round(ms),
    }),
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
