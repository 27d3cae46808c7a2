import type { SqlAnswer } from '../../cluster.ts';
import { accessDenied, isAllowed, needsAdminFrom30, userOf } from '../access/needs.ts';
import { coded, failure, OK, refuse } from '../answer/errors.ts';
import { formatSize } from '../answer/format.ts';
import { type Cell, columns, isFrom, list } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { likePattern } from '../text/like.ts';
import { bytesOf, DATABASE_QUOTA, REPLICA_QUOTA, replicasOf } from './counts.ts';
import { SYSTEM_TABLES } from '../system/information-schema.ts';
import { compareNames, databaseOf, INFORMATION_SCHEMA, seesTables, unknownDatabase } from './names.ts';

const DATABASES = columns('Database');
const DATABASE_SIZES = columns('DbId, DbName, Size, RemoteSize, RecycleSize, RecycleRemoteSize');
const TABLE_SIZES = columns('TableName, Size, ReplicaCount, RemoteSize');

export const DATABASE_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SHOW DATABASES|SCHEMAS [LIKE <like:string>]', by: 'local', run: showDatabases },
  { kind: 'read', form: 'SHOW TABLES [FROM|IN <database:name>] [LIKE <like:string>]', by: 'local', run: showTables },
  { kind: 'read', form: 'USE <database:name>', by: 'local', run: useDatabase },
  { kind: 'read', form: 'SHOW DATA', by: 'local', run: showData },
  {
    kind: 'read',
    form: 'SHOW DATA FROM <name:name>',
    by: 'local',
    needs: (version) => (isFrom(version, '4.0') ? undefined : needsAdminFrom30(version)),
    run: (execution, captures) => {
      if (
        isFrom(execution.version, '4.0') &&
        valuesOf(captures, 'name').length === 1 &&
        execution.session.database === undefined
      )
        return failure('No database selected');
      return showDatabaseSizes(execution);
    },
  },
];

function showDatabases(execution: Execution, captures: Captures): SqlAnswer {
  const like = captures.has('like') ? likePattern(valueOf(captures, 'like')) : undefined;
  const names = [INFORMATION_SCHEMA, ...execution.state.databases]
    .filter(({ name }) => seesTables(execution, name) && (like?.test(name) ?? true))
    .toSorted(compareNames)
    .map(({ name }) => [name]);
  return list(execution.version, DATABASES, names);
}

function showTables(execution: Execution, captures: Captures): SqlAnswer {
  const { state, version, session } = execution;
  const name = valuesOf(captures, 'database').at(-1) ?? session.database ?? refuse('No database selected');
  const like = captures.has('like') ? likePattern(valueOf(captures, 'like')) : undefined;
  const names =
    name === INFORMATION_SCHEMA.name
      ? SYSTEM_TABLES[version]
      : databaseOf(state, name)?.tables.map((table) => table.name);
  if (names === undefined) return unknownDatabase(name);
  const seen = seesTables(execution, name) ? names.filter((each) => like?.test(each) ?? true) : [];
  const heading = columns(`Tables_in_${name}`);
  return list(
    version,
    heading,
    seen.toSorted().map((each) => [each]),
  );
}

function useDatabase(execution: Execution, captures: Captures): SqlAnswer {
  const { state, session } = execution;
  const name = valuesOf(captures, 'database').at(-1) ?? '';
  if (name !== INFORMATION_SCHEMA.name && databaseOf(state, name) === undefined) return unknownDatabase(name);
  if (!seesTables(execution, name)) {
    const text = `Access denied for user '${session.user}' to database '${name}'`;
    return coded(1044, '42000', `errCode = 2, detailMessage = ${text}`);
  }
  session.database = name;
  return OK;
}

/** From 3.0 (#33347) the sizes of all databases need ADMIN_PRIV. */
function showData(execution: Execution): SqlAnswer {
  const { state, version, session } = execution;
  const need = session.database === undefined ? needsAdminFrom30(version) : undefined;
  if (need !== undefined && !isAllowed(userOf(state, session.user), need)) return accessDenied(version, need.named);
  return execution.session.database === undefined ? showDatabaseSizes(execution) : showTableSizes(execution);
}

function showDatabaseSizes({ state, version }: Execution): SqlAnswer {
  const rows = [...state.databases.filter(({ name }) => name !== 'mysql').toReversed()].map(
    (database): readonly Cell[] => [database.id, database.name, bytesOf(database.tables), 0, 0, 0],
  );
  const total = rows.reduce((sum, row) => sum + Number(row[2]), 0);
  const fixed = [
    ['0', 'information_schema', 0, 0, 0, 0],
    ['1', 'mysql', 0, 0, 0, 0],
  ];
  return list(version, DATABASE_SIZES, [...rows, ...fixed, ['Total', 'NULL', total, 0, 0, 0]]);
}

function showTableSizes({ state, version, session }: Execution): SqlAnswer {
  const tables = (databaseOf(state, session.database ?? '')?.tables ?? []).toSorted(compareNames);
  const bytes = bytesOf(tables);
  const replicas = replicasOf(tables);
  return list(version, TABLE_SIZES, [
    ...tables.map((table) => [table.name, formatSize(bytesOf([table])), replicasOf([table]), formatSize(0)]),
    ['Total', formatSize(bytes), replicas, formatSize(0)],
    ['Quota', formatSize(DATABASE_QUOTA[version]), REPLICA_QUOTA, ''],
    ['Left', formatSize(DATABASE_QUOTA[version] - bytes), REPLICA_QUOTA - replicas, ''],
  ]);
}
