import type { SqlAnswer } from '../../cluster.ts';
import type { TableState } from '../../model/tablets/state.ts';
import { formatAllocation } from '../answer/format.ts';
import { columns, isFrom, list } from '../answer/table.ts';
import { type Execution, type Statement, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { partitionRange } from './partition-keys.ts';
import { tableOf } from './names.ts';

const CREATE_TABLE = columns('Table, Create Table');

export const SHOW_CREATE_TABLE_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SHOW CREATE TABLE <name:name>', by: 'local', run: showCreateTable },
];

/** The model holds no columns: those of the recorded `orders` stand for all tables. */
function showCreateTable(execution: Execution, captures: Captures): SqlAnswer {
  const { table } = tableOf(execution, valuesOf(captures, 'name'));
  return list(execution.version, CREATE_TABLE, [[table.name, createTable(execution, table)]]);
}

function createTable({ version }: Execution, table: TableState): string {
  const isNew = isFrom(version, '4.0');
  const types = isNew ? ['bigint', 'date', 'decimal(12,2)'] : ['BIGINT', 'DATE', 'DECIMAL(12, 2)'];
  const ranges = table.partitions.flatMap((partition, index) => {
    const range = partitionRange(table.name, partition.name, index === 0);
    return range === undefined ? [] : `PARTITION ${partition.name} VALUES [('${range.from}'), ('${range.until}'))`;
  });
  const properties: Readonly<Record<string, string>> = {
    replication_allocation: formatAllocation(table.partitions[0]?.replicaAllocation ?? { default: 3 }),
    min_load_replica_num: '-1',
    is_being_synced: 'false',
    ...(table.colocateGroup === undefined ? {} : { colocate_with: table.colocateGroup }),
    storage_medium: 'hdd',
    storage_format: 'V2',
    ...(isNew ? { inverted_index_storage_format: 'V3' } : {}),
    light_schema_change: 'true',
    disable_auto_compaction: 'false',
    enable_single_replica_compaction: 'false',
    group_commit_interval_ms: '10000',
    group_commit_data_bytes: '134217728',
  };
  return [
    `CREATE TABLE \`${table.name}\` (`,
    `  \`id\` ${types[0] ?? ''} NULL,`,
    `  \`day\` ${types[1] ?? ''} NULL,`,
    `  \`amount\` ${types[2] ?? ''} NULL`,
    ') ENGINE=OLAP',
    'DUPLICATE KEY(`id`, `day`)',
    ...(isNew ? [] : ["COMMENT 'OLAP'"]),
    ...(ranges.length === 0 ? [] : ['PARTITION BY RANGE(`day`)', `(${ranges.join(',\n')})`]),
    `DISTRIBUTED BY HASH(\`id\`) BUCKETS ${String(table.partitions[0]?.tablets.length ?? 1)}`,
    'PROPERTIES (',
    Object.entries(properties)
      .map(([key, value]) => `"${key}" = "${value}"`)
      .join(',\n'),
    ');',
  ].join('\n');
}
