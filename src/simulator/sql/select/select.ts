import type { SqlAnswer, SqlColumn } from '../../cluster.ts';
import { registeredBackends } from '../../model/queries.ts';
import { coded, failure } from '../answer/errors.ts';
import { formatTime } from '../answer/format.ts';
import { isFrom, TYPES } from '../answer/table.ts';
import type { Execution, Statement } from '../statement.ts';
import { INFORMATION_SCHEMA, unknownDatabase } from '../tables/names.ts';
import { SYSTEM_TABLES } from '../tables/information-schema.ts';
import { type Token, tokenise } from '../text/tokens.ts';
import { unknownVariable, variableOf } from './variables.ts';

export const SELECT_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SELECT <rest>', by: 'local', run: select },
];

interface Item {
  readonly name: string;
  readonly type: number;
  readonly value: string | null;
}

/**
 * Constants, variables and the functions that clients ask at the start of a connection. Rows of tables are on backends, which
 * hold none here.
 */
function select(execution: Execution): SqlAnswer {
  const tokens = tokenise(execution.text).slice(1, -1);
  const from = tokens.findIndex(({ value, kind }) => kind === 'word' && value === 'FROM');
  const limit = tokens.findIndex(({ value, kind }) => kind === 'word' && value === 'LIMIT');
  if (from >= 0) return selectFrom(execution, tokens.slice(from + 1));
  const items: Item[] = [];
  for (const item of splitItems(tokens.slice(0, limit < 0 ? undefined : limit))) {
    const found = evaluate(execution, item);
    if ('kind' in found) return found;
    items.push(found);
  }
  return needsBackend(execution, limit >= 0)
    ? noBackend()
    : {
        kind: 'rows',
        columns: items.map(({ name, type }): SqlColumn => ({ name, type })),
        rows: [items.map(({ value }) => value)],
      };
}

/** From 4.0 even a constant is computed on a backend; before, only what has a LIMIT. */
function needsBackend({ state, version }: Execution, hasLimit: boolean): boolean {
  return (
    (isFrom(version, '4.0') || hasLimit) &&
    !registeredBackends(state).some(({ row }) => row.alive && !row.queryDisabled)
  );
}

function noBackend(): SqlAnswer {
  return failure('No backend available as scan node, please check the status of your backends.');
}

function splitItems(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.raw === '(') depth += 1;
    if (token.raw === ')') depth -= 1;
    if (token.raw === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

function evaluate(execution: Execution, tokens: readonly Token[]): Item | Exclude<SqlAnswer, { kind: 'rows' }> {
  const as = tokens.findIndex(({ value, kind }) => kind === 'word' && value === 'AS');
  const expression = as < 0 ? tokens : tokens.slice(0, as);
  const alias = as < 0 ? undefined : tokens[as + 1];
  const [first] = expression;
  if (first === undefined) return failure('Syntax error');
  const written = spelled(expression);
  const found = valueOf(execution, first, written);
  if (found === undefined) {
    if (!first.value.startsWith('@@')) return failure(`Unknown column '${written}' in 'field list' in PROJECT clause`);
    return unknownVariable(written.replace(/^@@/, '')) as Exclude<SqlAnswer, { kind: 'rows' }>;
  }
  return { ...found, name: alias === undefined ? found.name : alias.kind === 'word' ? alias.raw : alias.value };
}

function spelled(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw).join('');
}

function valueOf(execution: Execution, first: Token, written: string): Item | undefined {
  const { state, version, session } = execution;
  if (first.kind === 'number') return { name: written, ...number(written) };
  if (first.kind === 'string')
    return { name: isFrom(version, '4.0') ? written : first.value, type: TYPES.text, value: first.value };
  if (first.value === 'NULL') return { name: 'NULL', type: TYPES.string, value: null };
  if (first.value.startsWith('@@')) {
    const name = written.replace(/^@@((session|global)\.)?/i, '');
    const value = variableOf(execution, name);
    return value === undefined ? undefined : { name: written, type: TYPES.text, value };
  }
  // Until 3.0 the name of a function is spelled small.
  const name = isFrom(version, '4.0') ? written : written.toLowerCase();
  switch (written.toUpperCase()) {
    case 'VERSION()':
      return { name, type: isFrom(version, '4.0') ? TYPES.text : TYPES.string, value: '5.7.99' };
    case 'CONNECTION_ID()':
      return { name, type: TYPES.bigint, value: String(session.connectionId) };
    case 'CURRENT_USER()':
      return { name, type: isFrom(version, '4.0') ? TYPES.string : TYPES.text, value: `'${session.user}'@'%'` };
    case 'USER()':
      return { name, type: TYPES.string, value: `'${session.user}'@'${session.clientHost}'` };
    case 'DATABASE()':
    case 'SCHEMA()':
      return { name, type: TYPES.string, value: session.database ?? '' };
    case 'NOW()':
    case 'CURRENT_TIMESTAMP()':
      return { name, type: TYPES.datetime, value: formatTime(state.nowMs) };
    default:
      return undefined;
  }
}

function number(text: string): { readonly type: number; readonly value: string } {
  if (text.includes('.')) return { type: 246, value: text };
  const value = Number(text);
  const type = value < 128 ? TYPES.tiny : value < 32_768 ? 2 : value < 2 ** 31 ? TYPES.int : TYPES.bigint;
  return { type, value: text };
}

function selectFrom(execution: Execution, [first, dot, second]: readonly Token[]): SqlAnswer {
  const { state, version, session } = execution;
  const nameOf = (token: Token): string => (token.kind === 'word' ? token.raw : token.value);
  if (first === undefined) return failure('Syntax error');
  const isQualified = dot?.raw === '.' && second !== undefined;
  const database = isQualified ? nameOf(first) : session.database;
  const table = nameOf(isQualified ? second : first);
  if (database === undefined) return failure('No database selected');
  const tables =
    database === INFORMATION_SCHEMA.name
      ? SYSTEM_TABLES[version]
      : state.databases.find(({ name }) => name === database)?.tables.map(({ name }) => name);
  if (tables === undefined)
    return isFrom(version, '4.0') ? failure(`Database [${database}] does not exist.`) : unknownDatabase(database);
  if (!tables.includes(table)) {
    return isFrom(version, '4.0')
      ? failure(`Table [${table}] does not exist in database [${database}].(line 1, pos ${String(first.at)})`)
      : coded(1051, '42S02', `errCode = 2, detailMessage = Unknown table '${table}'`);
  }
  return noRows();
}

/** What a backend answers that cannot run a query. */
function noRows(): SqlAnswer {
  return noBackend();
}
