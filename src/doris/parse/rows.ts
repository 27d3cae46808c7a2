import type { ResultSet } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { quoted } from './quoted.ts';

/** One row, read by column name: column sets differ by version and their order is not stable. */
export interface Row {
  /** Whether this version has the column. */
  has(column: string): boolean;
  /** Text of a column that must be there and not NULL. */
  text(column: string): string;
  /** Undefined where the column is absent or NULL. */
  optionalText(column: string): string | undefined;
  /** A value of a column that must be there; `parse` says undefined to another form. */
  value<T>(column: string, parse: (text: string) => T | undefined): T;
  optional<T>(column: string, parse: (text: string) => T | undefined): T | undefined;
}

/** Rows of an answer; every wrong value ends as DorisBadAnswer that names the statement and the column. */
export function readRows(statement: string, answer: ResultSet): readonly Row[] {
  const indexes = new Map(answer.columns.map((name, index) => [name, index]));
  return answer.rows.map((cells) => row(statement, indexes, cells));
}

function row(statement: string, indexes: ReadonlyMap<string, number>, cells: readonly (string | null)[]): Row {
  const cell = (column: string): string | null | undefined => {
    const index = indexes.get(column);
    return index === undefined ? undefined : cells[index];
  };
  const text = (column: string): string => {
    const found = cell(column);
    if (found === undefined) throw new DorisBadAnswer(`${statement}: column ${column} is missing`);
    if (found === null) throw new DorisBadAnswer(`${statement}: column ${column} is NULL`);
    return found;
  };
  const value = <T>(column: string, parse: (text: string) => T | undefined): T => {
    const found = text(column);
    const parsed = parse(found);
    if (parsed === undefined)
      throw new DorisBadAnswer(`${statement}: column ${column} holds ${quoted(found)}, which has an unknown form`);
    return parsed;
  };
  return {
    has: (column) => indexes.has(column),
    text,
    optionalText: (column) => cell(column) ?? undefined,
    value,
    optional: (column, parse) => ((cell(column) ?? undefined) === undefined ? undefined : value(column, parse)),
  };
}
