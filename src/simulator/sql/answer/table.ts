import type { DorisVersion, SqlAnswer, SqlColumn } from '../../cluster.ts';

/** MySQL column types as FEs send them. */
export const TYPES = {
  tiny: 1,
  small: 2,
  int: 3,
  double: 5,
  bigint: 8,
  datetime: 12,
  decimal: 246,
  text: 252,
  string: 254,
} as const;

const ORDER: readonly DorisVersion[] = ['2.1', '3.0', '4.0'];

export function isFrom(version: DorisVersion, since: DorisVersion): boolean {
  return ORDER.indexOf(version) >= ORDER.indexOf(since);
}

/**
 * Columns of one answer in all versions, written as `Name`, `Name:8` for a type other than 254, `Name from 3.0`,
 * `Name until 2.1`, separated by commas.
 */
export type Columns = Readonly<Record<DorisVersion, readonly SqlColumn[]>>;

export function columns(text: string): Columns {
  const all = text.split(',').map(parseColumn);
  const of = (version: DorisVersion): readonly SqlColumn[] =>
    all.filter(({ from, until }) => isFrom(version, from) && isFrom(until, version)).map(({ column }) => column);
  return { '2.1': of('2.1'), '3.0': of('3.0'), '4.0': of('4.0') };
}

function parseColumn(text: string): {
  readonly column: SqlColumn;
  readonly from: DorisVersion;
  readonly until: DorisVersion;
} {
  const [, name, type, from, until] =
    /^\s*(.+?)(?::(\d+))?(?: from (2\.1|3\.0|4\.0))?(?: until (2\.1|3\.0|4\.0))?\s*$/.exec(text) ?? [];
  return {
    column: { name: name ?? '', type: type === undefined ? TYPES.string : Number(type) },
    from: (from ?? '2.1') as DorisVersion,
    until: (until ?? '4.0') as DorisVersion,
  };
}

export type Cell = string | number | boolean | null | undefined;
/** By column name; undefined is sent as NULL. Names that the version has no column for are left out. */
export type Fields = Readonly<Record<string, Cell>>;

export function table(version: DorisVersion, shape: Columns, records: readonly Fields[]): SqlAnswer {
  const found = shape[version];
  return { kind: 'rows', columns: found, rows: records.map((record) => found.map(({ name }) => text(record[name]))) };
}

/** Rows whose cells are in the order of the columns. */
export function list(version: DorisVersion, shape: Columns, rows: readonly (readonly Cell[])[]): SqlAnswer {
  return { kind: 'rows', columns: shape[version], rows: rows.map((row) => row.map(text)) };
}

function text(cell: Cell): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
