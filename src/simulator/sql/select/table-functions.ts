import type { SqlAnswer, SqlColumn } from '../../cluster.ts';
import { registeredBackends } from '../../model/queries.ts';
import { failure, refuse } from '../answer/errors.ts';
import { type Fields, TYPES } from '../answer/table.ts';
import { rawBackendFields } from '../backends/show-backends.ts';
import { diskRows, frontendRows } from '../frontends/show-frontends.ts';
import type { Execution } from '../statement.ts';
import { FUNCTION_COLUMNS } from '../system/described.ts';

const ROWS: Readonly<Partial<Record<string, (execution: Execution) => readonly Fields[]>>> = {
  backends: (execution) => registeredBackends(execution.state).map((backend) => rawBackendFields(execution, backend)),
  frontends: frontendRows,
  frontends_disks: diskRows,
};

const MYSQL_TYPES: Readonly<Partial<Record<string, number>>> = {
  bigint: TYPES.bigint,
  int: TYPES.int,
  boolean: TYPES.tiny,
  double: TYPES.double,
};

/** `SELECT *` or a list of columns `FROM backends()`, frontends() or frontends_disks(); all rows. */
export function selectFromFunction(execution: Execution, items: readonly string[], name: string): SqlAnswer {
  const known = FUNCTION_COLUMNS[name.toLowerCase()];
  const rows = ROWS[name.toLowerCase()];
  if (known === undefined || rows === undefined) return failure(`Could not find table function ${name}`);
  const all = known.trim().split(/,\s+/).map(columnOf);
  const chosen = items.length === 1 && items[0] === '*' ? all : items.map((item) => choose(all, item));
  return {
    kind: 'rows',
    columns: chosen,
    rows: rows(execution).map((row) => chosen.map((column) => cellOf(row[column.name]))),
  };
}

function columnOf(described: string): SqlColumn {
  const [name = '', type = ''] = described.split(' ');
  return { name, type: MYSQL_TYPES[type] ?? TYPES.text };
}

function choose(all: readonly SqlColumn[], item: string): SqlColumn {
  const wanted = item.replaceAll('`', '').toLowerCase();
  return (
    all.find(({ name }) => name.toLowerCase() === wanted) ??
    refuse(`Unknown column '${item}' in 'table list' in PROJECT clause`)
  );
}

function cellOf(cell: Fields[string]): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
