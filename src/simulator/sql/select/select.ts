import type { SqlAnswer, SqlColumn } from '../../cluster.ts';
import { type RegisteredBackend, registeredBackends } from '../../model/queries.ts';
import type { ClusterState } from '../../model/state.ts';
import { bare, coded, failure } from '../answer/errors.ts';
import { isFrom } from '../answer/table.ts';
import type { Execution, Statement } from '../statement.ts';
import { SYSTEM_TABLES } from '../system/information-schema.ts';
import { databaseOf, INFORMATION_SCHEMA, unknownDatabase } from '../tables/names.ts';
import { type Token, tokenise } from '../text/tokens.ts';
import { evaluate, spelled, splitItems } from './items.ts';
import { selectFromFunction } from './table-functions.ts';

export const SELECT_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SELECT <rest>', by: 'local', run: select },
];

/**
 * Constants, variables, the functions that clients ask at the start of a connection, and the table functions of nodes. Other rows
 * are on backends, and simulated ones run no query.
 */
function select(execution: Execution): SqlAnswer {
  const tokens = tokenise(execution.text).slice(1, -1);
  const at = (word: string): number => tokens.findIndex(({ value, kind }) => kind === 'word' && value === word);
  const [from, limit] = [at('FROM'), at('LIMIT')];
  if (from >= 0) return selectFrom(execution, tokens.slice(0, from), tokens.slice(from + 1));
  const items = splitItems(tokens.slice(0, limit < 0 ? undefined : limit)).map((item) => evaluate(execution, item));
  if (needsBackend(execution, limit >= 0)) return noBackend();
  return {
    kind: 'rows',
    columns: items.map(({ name, type }): SqlColumn => ({ name, type })),
    rows: [items.map(({ value }) => value)],
  };
}

/** From 4.0 even a constant is computed on a backend; before, only what has a LIMIT. */
function needsBackend({ state, version }: Execution, hasLimit: boolean): boolean {
  return (isFrom(version, '4.0') || hasLimit) && aliveBackend(state) === undefined;
}

function aliveBackend(state: ClusterState): RegisteredBackend | undefined {
  return registeredBackends(state).find(({ row }) => row.alive && !row.queryDisabled);
}

function noBackend(): SqlAnswer {
  return failure('No backend available as scan node, please check the status of your backends.');
}

function selectFrom(execution: Execution, items: readonly Token[], source: readonly Token[]): SqlAnswer {
  const { state, version, session } = execution;
  const [first, second, third] = source;
  if (first === undefined) return failure('Syntax error');
  if (second?.raw === '(') {
    if (aliveBackend(state) === undefined) return noBackend();
    return selectFromFunction(execution, splitItems(items).map(spelled), first.raw);
  }
  const isQualified = second?.raw === '.' && third !== undefined;
  const database = isQualified ? nameOf(first) : session.database;
  const table = nameOf(isQualified ? third : first);
  if (database === undefined) return failure('No database selected');
  const tables =
    database === INFORMATION_SCHEMA.name
      ? SYSTEM_TABLES[version]
      : databaseOf(state, database)?.tables.map(({ name }) => name);
  if (tables === undefined) {
    return isFrom(version, '4.0') ? failure(`Database [${database}] does not exist.`) : unknownDatabase(database);
  }
  if (!tables.includes(table)) {
    return isFrom(version, '4.0')
      ? failure(`Table [${table}] does not exist in database [${database}].(line 1, pos ${String(first.at)})`)
      : coded(1051, '42S02', `errCode = 2, detailMessage = Unknown table '${table}'`);
  }
  return noRows(state);
}

/** What an FE says when its backend cannot run a query. */
function noRows(state: ClusterState): SqlAnswer {
  const backend = aliveBackend(state);
  if (backend === undefined) return noBackend();
  return bare(
    `RpcException, msg: send fragments failed. io.grpc.StatusRuntimeException: UNIMPLEMENTED: Method doris.PBackendService/exec_plan_fragment is unimplemented, host: ${backend.host}`,
  );
}

function nameOf(token: Token): string {
  return token.kind === 'word' ? token.raw : token.value;
}
