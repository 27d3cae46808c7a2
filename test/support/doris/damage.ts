import fc from 'fast-check';
import type { ResultSet } from '../../../src/domain/ports/frontend-channel.ts';

/** One thing that is wrong with an answer; `row` and `column` count round. */
export interface Damage {
  readonly kind:
    | 'cell'
    | 'null'
    | 'row lost'
    | 'row twice'
    | 'row cut'
    | 'rows lost'
    | 'column lost'
    | 'column renamed'
    | 'column twice';
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** Texts that look like what an FE prints, whatever else there may be, and one that is huge. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '-1',
      '0',
      '1e400',
      '9'.repeat(400),
      '1.000 GB',
      '-1.000 TB',
      '101.00 %',
      'true',
      'TRUE',
      'N/A',
      'null',
    ],
    ...[
      '{}',
      '[]',
      '{"location" : null}',
      '{"location":{"a":1}}',
      '{"__proto__":1}',
      'tag.location.default: -1',
      ':',
      ',',
    ],
    ...[
      '2026-02-30 01:00:00',
      '9999-99-99 99:99:99',
      '0000-00-00 00:00:00',
      '1970-01-01 00:00:00',
      '`',
      "'; --",
      '\u0000',
    ],
    ...['constructor', '__proto__', 'Total', 'default_cluster:', '127.0.0.1:99999', '[::1]:9050', 'x'.repeat(200_000)],
  ),
);

export const damageOf: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(
    'cell',
    'cell',
    'cell',
    'null',
    'row lost',
    'row twice',
    'row cut',
    'rows lost',
    'column lost',
    'column renamed',
    'column twice',
  ),
  row: fc.nat({ max: 1000 }),
  column: fc.nat({ max: 1000 }),
  text,
});

/** Any columns, any rows, NULLs, rows of another length. */
export const anyResult: fc.Arbitrary<ResultSet> = fc.record({
  columns: fc.array(text, { maxLength: 6 }),
  rows: fc.array(fc.array(fc.option(text), { maxLength: 8 }), { maxLength: 5 }),
});

export function damaged(answer: ResultSet, { kind, row, column, text: other }: Damage): ResultSet {
  const { columns, rows } = answer;
  const [y, x] = [rows.length === 0 ? 0 : row % rows.length, columns.length === 0 ? 0 : column % columns.length];
  const one = rows[y];
  switch (kind) {
    case 'rows lost':
      return { columns, rows: [] };
    case 'column lost':
      return { columns: columns.toSpliced(x, 1), rows: rows.map((cells) => cells.toSpliced(x, 1)) };
    case 'column renamed':
      return { columns: columns.length === 0 ? columns : columns.with(x, other), rows };
    case 'column twice':
      return { columns: [...columns, columns[x] ?? other], rows: rows.map((cells) => [...cells, other]) };
    case 'row lost':
      return { columns, rows: rows.toSpliced(y, 1) };
    case 'row twice':
      return { columns, rows: one === undefined ? rows : [...rows, one] };
    case 'row cut':
      return { columns, rows: one === undefined ? rows : rows.with(y, one.slice(0, x)) };
    case 'null':
    case 'cell':
      return {
        columns,
        rows: one === undefined || x >= one.length ? rows : rows.with(y, one.with(x, kind === 'null' ? null : other)),
      };
  }
}
