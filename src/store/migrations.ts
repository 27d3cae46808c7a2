import type { Kysely } from 'kysely';
import { StoreError } from './errors.ts';
import type { Tables } from './schema.ts';

/** Version of the tables; each migration takes the store from its index to the next. */
const MIGRATIONS: readonly ((database: Kysely<Tables>) => Promise<void>)[] = [first, second];

/** Brings a store to the newest version; one made by a newer daemon is refused. */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  // One transaction: two processes that open a new store at once do not both make its tables.
  await database.transaction().execute(async (transaction) => {
    await transaction.schema
      .createTable('meta')
      .ifNotExists()
      .addColumn('name', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('value', 'varchar(255)', (column) => column.notNull())
      .execute();
    const row = await transaction.selectFrom('meta').select('value').where('name', '=', 'version').executeTakeFirst();
    const version = row === undefined ? 0 : Number(row.value);
    if (!(version <= MIGRATIONS.length)) throw newer(version);
    if (version === MIGRATIONS.length) return;
    for (const migration of MIGRATIONS.slice(version)) await migration(transaction);
    await transaction.deleteFrom('meta').where('name', '=', 'version').execute();
    await transaction
      .insertInto('meta')
      .values({ name: 'version', value: String(MIGRATIONS.length) })
      .execute();
  });
}

function newer(version: number): StoreError {
  return new StoreError(
    'store-newer',
    `the store has version ${String(version)}, this daemon knows ${String(MIGRATIONS.length)}`,
    {
      hint: 'start the version that wrote it, or a newer one',
    },
  );
}

async function first(database: Kysely<Tables>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('operations')
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('operations_by_cluster').on('operations').columns(['cluster', 'created_at']).execute();
  await schema
    .createTable('open_operations')
    .addColumn('cluster', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('operation_id', 'varchar(64)', (column) => column.notNull())
    .execute();
  await schema
    .createTable('steps')
    .addColumn('operation_id', 'varchar(64)', (column) => column.notNull())
    .addColumn('step_key', 'varchar(128)', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('steps_key', ['operation_id', 'step_key'])
    .execute();
  await schema
    .createTable('cancels')
    .addColumn('operation_id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('records')
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('operation_id', 'varchar(64)')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('records_by_cluster').on('records').columns(['cluster', 'at']).execute();
  await schema
    .createTable('slots')
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('role', 'varchar(16)', (column) => column.notNull())
    .addColumn('node_group', 'varchar(64)', (column) => column.notNull())
    .addColumn('signal', 'varchar(128)', (column) => column.notNull())
    .addColumn('slot_start', 'bigint', (column) => column.notNull())
    .addColumn('load_value', 'double precision', (column) => column.notNull())
    .addColumn('samples', 'integer', (column) => column.notNull())
    .addColumn('nodes', 'integer', (column) => column.notNull())
    .addColumn('migrating', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('slots_key', ['cluster', 'role', 'node_group', 'slot_start', 'signal'])
    .execute();
  await schema
    .createTable('members')
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('node', 'varchar(255)', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['cluster', 'node'])
    .execute();
  await schema
    .createTable('foreign_changes')
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('node', 'varchar(255)', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('foreign_changes_key', ['cluster', 'at', 'node'])
    .execute();
  await schema
    .createTable('facts')
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('name', 'varchar(255)', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('facts_key', ['cluster', 'name'])
    .execute();
  await schema
    .createTable('pauses')
    .addColumn('cluster', 'varchar(255)', (column) => column.notNull())
    .addColumn('direction', 'varchar(8)', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('pauses_key', ['cluster', 'direction'])
    .execute();
}

/** Mode approve, and changes over HTTP. */
async function second(database: Kysely<Tables>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('approvals')
    .addColumn('operation_id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('answers')
    .addColumn('idempotency_key', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('fingerprint', 'varchar(64)', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
}
