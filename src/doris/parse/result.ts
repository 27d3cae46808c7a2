import type { ResultSet } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';

/** What mysql2 hands over with `rowsAsArray` and without type casts: arrays of buffers, or an OK header. */
export function readResult(rows: unknown, fields: unknown): ResultSet {
  if (!Array.isArray(rows) || !Array.isArray(fields)) return { columns: [], rows: [] };
  return { columns: fields.map(readName), rows: rows.map(readCells) };
}

function readName(field: unknown): string {
  if (typeof field === 'object' && field !== null && 'name' in field && typeof field.name === 'string')
    return field.name;
  throw new DorisBadAnswer('an answer holds several results, or columns without names');
}

function readCells(row: unknown): readonly (string | null)[] {
  if (!Array.isArray(row)) throw new DorisBadAnswer('an answer holds a row without columns');
  return row.map((cell: unknown) => {
    if (cell === null) return null;
    if (Buffer.isBuffer(cell)) return cell.toString('utf8');
    throw new DorisBadAnswer('an answer holds a value that is no text');
  });
}
