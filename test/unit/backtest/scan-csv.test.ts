import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanCsv } from '../../../src/backtest/trace/scan-csv.ts';
import { perMinute, slotsOf } from '../../../src/backtest/trace/trace.ts';

const scan = (text: string) => scanCsv('load.csv', new TextEncoder().encode(text));

function rowsOf(text: string) {
  const scanned = scan(text);
  if (!scanned.ok) throw new Error(JSON.stringify(scanned.problem));
  return scanned.rows;
}

function problemOf(text: string): string {
  const scanned = scan(text);
  if (scanned.ok) throw new Error('nothing is wrong with it');
  const { file, line, column, field, message } = scanned.problem;
  return `${file}:${String(line)}:${String(column)}: ${field ?? ''}: ${message}`;
}

describe('a trace in a CSV file', () => {
  it.each([
    ['UTC', '2026-02-03T04:05:00Z'],
    ['an offset', '2026-02-03T12:05:00+08:00'],
    ['an offset without a colon', '2026-02-02T23:05:00-0500'],
    ['no seconds', '2026-02-03T04:05Z'],
    ['a blank for the T', '2026-02-03 04:05:00Z'],
    ['fractions', '2026-02-03T04:05:00.000Z'],
    ['quotes', '"2026-02-03T04:05:00Z"'],
    ['seconds since 1970', '1770091500'],
    ['milliseconds since 1970', '1770091500000'],
  ])('has times with %s', (_, time) => {
    expect(rowsOf(`time,load\n2026-01-01T00:00:00Z,1\n${time},2\n`).times[1]).toBe(Date.UTC(2026, 1, 3, 4, 5));
  });

  it.each([
    ['another minute', '2026-01-01T00:59:10.500+02:00', Date.UTC(2025, 11, 31, 22, 59, 10, 500)],
    ['other seconds', '2026-01-01T00:01:11.500+02:00', Date.UTC(2025, 11, 31, 22, 1, 11, 500)],
    ['another offset', '2026-01-01T00:01:10.500+01:00', Date.UTC(2025, 11, 31, 23, 1, 10, 500)],
    ['another hour', '2026-01-01T01:01:10.500+02:00', Date.UTC(2025, 11, 31, 23, 1, 10, 500)],
    ['no fraction', '2026-01-01T00:02:10+02:00', Date.UTC(2025, 11, 31, 22, 2, 10)],
  ])('tells a time from the one above it by %s', (_, time, expected) => {
    expect(rowsOf(`time,load\n2026-01-01T00:00:10.500+02:00,1\n${time},2\n`).times[1]).toBe(expected);
  });

  it.each([
    ['a minute that no hour has', '2026-01-01T00:60:00Z', 'is no time'],
    ['no minute', '2026-01-01T00:x1:00Z', 'is no time'],
    ['more after the offset', '2026-01-01T00:01:00Zulu', 'is no time'],
    ['no offset', '2026-01-01T00:01:00', 'has no offset from UTC'],
  ])('refuses a time like the one above it but for %s', (_, time, why) => {
    expect(problemOf(`time,load\n2026-01-01T00:00:00Z,1\n${time},2\n`)).toBe(
      `load.csv:3:1: time: ${JSON.stringify(time)} ${why}`,
    );
  });

  it('may begin with a mark of its encoding, end its lines as Windows does, and hold blank lines', () => {
    const rows = rowsOf(
      '\uFEFFtime,qps,be_cpu\r\n2026-01-01T00:00:00Z,1, 2.5\r\n\r\n2026-01-01T00:05:00Z,3e2,0.25\r\n\r\n',
    );
    expect(rows.columns.map(({ name, values }) => [name, ...values])).toEqual([
      ['qps', 1, 300],
      ['be_cpu', 2.5, 0.25],
    ]);
  });

  it('gives every number and every instant that was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 2, maxLength: 20 }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (loads, start) => {
          const lines = loads.map((load, row) => `${new Date(start + row * 60_000).toISOString()},${String(load)}`);
          const { times, columns } = rowsOf(`time,load\n${lines.join('\n')}\n`);
          expect([...times]).toEqual(loads.map((_, row) => start + row * 60_000));
          expect([...(columns[0]?.values ?? [])]).toEqual(loads);
        },
      ),
    );
  });

  it.each([
    ['no text', '', 'load.csv:1:1: : a header is missing'],
    ['no column of load', 'time\n', 'load.csv:1:1: : a column of load is missing'],
    ['a column twice', 'time,qps,qps\n', 'load.csv:1:10: qps: column qps is there twice'],
    ['one line', 'time,load\n2026-01-01T00:00:00Z,1\n', 'load.csv:3:1: : 1 lines of load are too few'],
    ['NaN', 'time,load\n2026-01-01T00:00:00Z,NaN\n', 'load.csv:2:22: load: NaN is no load'],
    ['text', 'time,load\n2026-01-01T00:00:00Z,much\n', 'load.csv:2:22: load: "much" is no number'],
    ['a number with a tail', 'time,load\n2026-01-01T00:00:00Z,12x\n', 'load.csv:2:22: load: "12x" is no number'],
    ['an empty field', 'time,load\n2026-01-01T00:00:00Z,\n', 'load.csv:2:22: load: is empty'],
    ['a load below 0', 'time,load\n2026-01-01T00:00:00Z,-1\n', 'load.csv:2:22: load: -1 is below 0'],
    ['an infinite load', 'time,load\n2026-01-01T00:00:00Z,1e999\n', 'load.csv:2:22: load: 1e999 is too large'],
    ['a field less', 'time,a,b\n2026-01-01T00:00:00Z,1\n', 'load.csv:2:23: b: the line ends before b'],
    ['a field more', 'time,a\n2026-01-01T00:00:00Z,1,2\n', 'load.csv:2:24: : "2" is one field too many'],
    [
      'a local time',
      'time,a\n2026-01-01T00:00:00,1\n',
      'load.csv:2:1: time: "2026-01-01T00:00:00" has no offset from UTC',
    ],
    ['a day that is none', 'time,a\n2026-02-30T00:00:00Z,1\n', 'load.csv:2:1: time: "2026-02-30T00:00:00Z" is no time'],
    ['no time', 'time,a\nyesterday,1\n', 'load.csv:2:1: time: "yesterday" is no time'],
    [
      'a time twice',
      'time,a\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:00Z,2\n',
      'load.csv:3:1: time: "2026-01-01T00:00:00Z" is there twice',
    ],
    [
      'times that fall',
      'time,a\n2026-01-01T00:05:00Z,1\n2026-01-01T00:00:00Z,2\n',
      'load.csv:3:1: time: "2026-01-01T00:00:00Z" is before the line above',
    ],
  ])('with %s is refused where it is', (_, text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof scanCsv('x.csv', bytes).ok === 'boolean'),
    );
  });
});

describe('values of a trace', () => {
  it('hold until the next row, the last as long as the one before it', () => {
    const trace = perMinute(
      rowsOf('time,load\n2026-01-01T00:00:00Z,1\n2026-01-01T00:03:00Z,5\n2026-01-01T00:05:00Z,2\n'),
    );
    expect([...(trace.columns[0]?.values ?? [])]).toEqual([1, 1, 1, 5, 5, 2, 2]);
  });

  it('of one minute count as their highest', () => {
    const lines = [
      '2026-01-01T00:00:00Z,1',
      '2026-01-01T00:00:20Z,9',
      '2026-01-01T00:00:40Z,2',
      '2026-01-01T00:01:00Z,3',
    ];
    const trace = perMinute(rowsOf(`time,load\n${lines.join('\n')}\n`));
    expect([...(trace.columns[0]?.values ?? [])]).toEqual([9, 3]);
  });

  it('fill every slot between two rows', () => {
    const trace = perMinute(rowsOf('time,load\n2026-01-01T00:00:00Z,1\n2026-01-01T00:30:00Z,7\n'));
    const [column] = trace.columns;
    if (column === undefined) throw new Error('no column');
    expect(slotsOf(trace, column).map(({ load }) => load)).toEqual([1, 1, 1, 1, 1, 1, 7, 7, 7, 7, 7, 7]);
  });
});
