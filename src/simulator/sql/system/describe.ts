import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import { coded, failure } from '../answer/errors.ts';
import { columns, isFrom, list } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { FUNCTION_COLUMNS, SYSTEM_TABLE_COLUMNS } from './described.ts';
import { SYSTEM_TABLES } from './information-schema.ts';
import { databaseOf, INFORMATION_SCHEMA, splitName } from '../tables/names.ts';

const DESCRIPTION = columns('Field, Type, Null, Key, Default, Extra');

export const DESCRIBE_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'DESC|DESCRIBE FUNCTION <function:word> ( )', by: 'local', run: describeFunction },
  { kind: 'read', form: 'DESC|DESCRIBE <name:name>', by: 'local', run: describeTable },
];

function describeFunction({ version }: Execution, captures: Captures): SqlAnswer {
  const name = valueOf(captures, 'function');
  const described = FUNCTION_COLUMNS[name];
  if (described === undefined) return failure(`Could not find table function ${name}`);
  return describe(version, described, ['No', 'false', null, 'NONE']);
}

/** Of tables of users the model holds no columns: those of the recorded `orders` stand for all. */
function describeTable(execution: Execution, captures: Captures): SqlAnswer {
  const { state, version } = execution;
  const name = splitName(execution, valuesOf(captures, 'name'));
  if (name.database !== INFORMATION_SCHEMA.name) {
    const isKnown = databaseOf(state, name.database)?.tables.some((table) => table.name === name.table) === true;
    return isKnown ? list(version, DESCRIPTION, orders(version)) : unknownTable(version, name.table);
  }
  const described = SYSTEM_TABLE_COLUMNS[name.table];
  if (!SYSTEM_TABLES[version].includes(name.table) || described === undefined) return unknownTable(version, name.table);
  return describe(version, columnsOf(version, described), ['Yes', 'false', null, '']);
}

function orders(version: DorisVersion): readonly (readonly (string | null)[])[] {
  const types = isFrom(version, '4.0') ? ['bigint', 'date', 'decimal(12,2)'] : ['BIGINT', 'DATE', 'DECIMAL(12, 2)'];
  return ['id', 'day', 'amount'].map((name, at) => [
    name,
    types[at] ?? '',
    'Yes',
    at < 2 ? 'true' : 'false',
    null,
    at < 2 ? '' : 'NONE',
  ]);
}

function unknownTable(version: DorisVersion, name: string): SqlAnswer {
  return isFrom(version, '4.0')
    ? failure(`Unknown table '${name}'`)
    : coded(1051, '42S02', `errCode = 2, detailMessage = Unknown table '${name}'`);
}

/** Columns before the first bar and after the second came with 4.0. */
function columnsOf(version: DorisVersion, described: string): string {
  const [newFirst, old, newLast] = described.split('|').map((part) => part.trim());
  if (old === undefined) return described;
  return isFrom(version, '4.0') ? [newFirst, old, newLast].filter(Boolean).join(', ') : old;
}

function describe(
  version: DorisVersion,
  described: string,
  [nullable, key, byDefault, extra]: readonly [string, string, null, string],
): SqlAnswer {
  const rows = described.split(/,\s+/).map((column) => {
    const [name = '', type = ''] = column.trim().split(' ');
    return [name, isFrom(version, '4.0') ? type : type.toUpperCase(), nullable, key, byDefault, extra];
  });
  return list(version, DESCRIPTION, rows);
}
