import { readFileSync } from 'node:fs';
import { scanCsv } from '../../backtest/trace/scan-csv.ts';
import type { TraceProblem } from '../../backtest/trace/scan-csv.ts';
import { perMinute } from '../../backtest/trace/trace.ts';
import type { Trace } from '../../backtest/trace/trace.ts';

export type ReadTrace =
  | { readonly ok: true; readonly trace: Trace }
  | { readonly ok: false; readonly problem: TraceProblem };

/** Load over time from a file, with the first thing that is wrong in it. */
export function csvTrace(file: string): ReadTrace {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    const message = code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${String(code ?? error)}`;
    const hint = 'a CSV file with a time and one column per signal: time,load';
    return { ok: false, problem: { file, line: 1, column: 1, field: undefined, message, hint } };
  }
  const scanned = scanCsv(file, bytes);
  return scanned.ok ? { ok: true, trace: perMinute(scanned.rows) } : scanned;
}
