/** Demand in backends that would be wholly busy, at any instant. */
export type Load = (atMs: number) => number;

export class TraceError extends Error {
  readonly code = 'simulator-bad-trace';
  constructor(message: string) {
    super(message);
    this.name = 'TraceError';
  }
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * Follows a CSV with the header `timestamp_iso,load` and ascending instants; each load holds until the next. The trace is
 * repeated for ever, in whole weeks so that Mondays stay Mondays (whole days when it is shorter than a week), and scaled so
 * that its highest load is `peak`. Throws TraceError.
 */
export function traceLoad(csv: string, options: { readonly peak: number }): Load {
  const rows = parseRows(csv);
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined || rows.length < 2)
    throw new TraceError('a trace needs two rows or more');
  const stepMs = (last.atMs - first.atMs) / (rows.length - 1);
  const lengthMs = last.atMs - first.atMs + stepMs;
  const unitMs = lengthMs >= WEEK_MS ? WEEK_MS : DAY_MS;
  const periodMs = Math.max(unitMs * Math.floor(lengthMs / unitMs), stepMs);
  const highest = rows.reduce((most, { load }) => Math.max(most, load), 0);
  const scale = highest > 0 ? options.peak / highest : 0;
  return (atMs) => {
    const offsetMs = (((atMs - first.atMs) % periodMs) + periodMs) % periodMs;
    return scale * (rows[indexAt(rows, first.atMs + offsetMs)]?.load ?? 0);
  };
}

interface Row {
  readonly atMs: number;
  readonly load: number;
}

function parseRows(csv: string): readonly Row[] {
  const rows: Row[] = [];
  csv.split(/\r?\n/).forEach((line, index) => {
    const [instant = '', load = '', ...more] = line.split(',');
    if (line.trim() === '' || (index === 0 && instant === 'timestamp_iso')) return;
    const row = { atMs: epochMs(instant), load: load.trim() === '' ? Number.NaN : Number(load) };
    const before = rows.at(-1);
    if (row.atMs === undefined || !(row.load >= 0) || more.length > 0) {
      throw new TraceError(
        `line ${String(index + 1)}: "${line}" is not an instant and a load such as 2026-01-05T00:00:00Z,12.5`,
      );
    }
    if (before !== undefined && row.atMs <= before.atMs) {
      throw new TraceError(`line ${String(index + 1)}: ${instant} does not come after the line before`);
    }
    rows.push({ atMs: row.atMs, load: row.load });
  });
  return rows;
}

function epochMs(text: string): number | undefined {
  try {
    return Temporal.Instant.from(text.trim()).epochMilliseconds;
  } catch {
    return undefined;
  }
}

/** The last row that begins at or before an instant. */
function indexAt(rows: readonly Row[], atMs: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
