import { scanNumber } from './scan-number.ts';
import { timeScanner } from './scan-time.ts';
import type { TraceRows } from './trace.ts';

/** What is wrong in a trace, where, and what would be right. */
export interface TraceProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The name of its column; undefined for a whole line. */
  readonly field: string | undefined;
  readonly message: string;
  readonly hint: string;
}

export type ScannedCsv =
  | { readonly ok: true; readonly rows: TraceRows }
  | { readonly ok: false; readonly problem: TraceProblem };

const LF = 10;
const CR = 13;
const COMMA = 44;
const QUOTE = 34;
const BLANK = 32;
const BOM = [0xef, 0xbb, 0xbf];
/** Shorter lines are rare: 2026-01-01T00:00:00Z,1 */
const LEAST_LINE = 12;

class Wrong extends Error {
  readonly problem: TraceProblem;
  constructor(problem: TraceProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * A trace `time,<signal>,<signal>...`: the first column is the time, each other one the load of the signal that its header names.
 * Read byte by byte: a year of minutes is half a million lines.
 */
export function scanCsv(file: string, bytes: Uint8Array): ScannedCsv {
  try {
    return { ok: true, rows: scan(file, bytes) };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, problem: error.problem };
    throw error;
  }
}

function scan(file: string, bytes: Uint8Array): TraceRows {
  const end = bytes.length;
  let at = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0;
  let lineStart = at;
  let line = 1;
  const wrong = (from: number, field: string | undefined, message: string, hint: string): Wrong => {
    const column = new TextDecoder().decode(bytes.subarray(lineStart, from)).length + 1;
    return new Wrong({ file, line, column, field, message, hint });
  };

  let lineEnd = endOf(bytes, at);
  const header = new TextDecoder().decode(bytes.subarray(at, lineEnd)).replace(/\r$/, '');
  if (header.trim() === '')
    throw wrong(at, undefined, 'a header is missing', 'the first line names the columns: time,load');
  const names = header.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  if (names.length < 2) {
    throw wrong(
      at,
      undefined,
      'a column of load is missing',
      'a time and at least one signal, apart by commas: time,load',
    );
  }
  const starts = names.map((_, index) => header.split(',').slice(0, index).join(',').length + (index > 0 ? 1 : 0));
  names.forEach((name, index) => {
    const from = at + new TextEncoder().encode(header.slice(0, starts[index])).length;
    if (name === '') throw wrong(from, undefined, 'a column has no name', 'the name of a signal of the group');
    if (names.indexOf(name) !== index)
      throw wrong(from, name, `column ${name} is there twice`, 'one column per signal');
  });

  const columns = names.length - 1;
  const fieldNames = ['time', ...names.slice(1)];
  let capacity = Math.max(16, Math.ceil((end - lineEnd) / LEAST_LINE));
  let times = new Float64Array(capacity);
  let values = Array.from({ length: columns }, () => new Float64Array(capacity));
  let rows = 0;
  const number = { value: 0, end: 0 };
  const scanTime = timeScanner(bytes);

  for (at = lineEnd + 1; at < end; at = lineEnd + 1) {
    line += 1;
    lineStart = at;
    lineEnd = endOf(bytes, at);
    const stop = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    if (isBlank(bytes, at, stop)) continue;
    if (rows === capacity) {
      capacity *= 2;
      times = grown(times, capacity);
      values = values.map((each) => grown(each, capacity));
    }
    for (let field = 0; field <= columns; field += 1) {
      const name = fieldNames[field] ?? '';
      if (at > stop)
        throw wrong(stop, name, `the line ends before ${name}`, `${String(columns + 1)} fields, as in the header`);
      let from = at;
      while (from < stop && bytes[from] === BLANK) from += 1;
      const quoted = bytes[from] === QUOTE;
      if (quoted) from += 1;
      let next = from;
      if (field === 0) {
        const time = scanTime(from, stop, number);
        if (time !== undefined) throw wrong(from, name, `${textAt(bytes, from, stop)} ${time.message}`, time.hint);
        const before = times[rows - 1] ?? -Infinity;
        if (rows > 0 && number.value <= before) {
          throw wrong(
            from,
            name,
            `${textAt(bytes, from, stop)} ${number.value === before ? 'is there twice' : 'is before the line above'}`,
            'times that rise from line to line',
          );
        }
        times[rows] = number.value;
        next = number.end;
      } else {
        const problem = scanNumber(bytes, from, stop, number);
        if (problem !== undefined) throw wrong(from, name, problem.message, problem.hint);
        const column = values[field - 1];
        if (column !== undefined) column[rows] = number.value;
        next = number.end;
      }
      if (quoted && bytes[next] === QUOTE) next += 1;
      while (next < stop && bytes[next] === BLANK) next += 1;
      if (next < stop && bytes[next] !== COMMA) {
        const hint = field === 0 ? 'such as 2026-01-31T08:00:00Z' : 'a number such as 12.5';
        throw wrong(from, name, `${textAt(bytes, from, stop)} is no ${field === 0 ? 'time' : 'number'}`, hint);
      }
      at = next + 1;
    }
    if (at <= stop)
      throw wrong(
        at,
        undefined,
        `${textAt(bytes, at, stop)} is one field too many`,
        `${String(columns + 1)} fields, as in the header`,
      );
    rows += 1;
  }
  lineStart = end;
  if (rows < 2) {
    line += 1;
    throw wrong(
      end,
      undefined,
      `${String(rows)} lines of load are too few`,
      'two at least: each value holds until the next line',
    );
  }
  return {
    name: file,
    times: times.subarray(0, rows),
    columns: values.map((each, index) => ({
      name: names[index + 1] ?? '',
      values: each.subarray(0, rows),
      headerAt: (starts[index + 1] ?? 0) + 1,
    })),
  };
}

function endOf(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(LF, from);
  return found === -1 ? bytes.length : found;
}

function isBlank(bytes: Uint8Array, from: number, until: number): boolean {
  let at = from;
  while (at < until && bytes[at] === BLANK) at += 1;
  return at === until;
}

function textAt(bytes: Uint8Array, from: number, stop: number): string {
  let until = from;
  while (until < stop && bytes[until] !== COMMA) until += 1;
  return JSON.stringify(new TextDecoder().decode(bytes.subarray(from, until)).replace(/"$/, ''));
}

function grown(values: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(values);
  return larger;
}
