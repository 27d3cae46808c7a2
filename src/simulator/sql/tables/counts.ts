import type { DorisVersion } from '../../cluster.ts';
import type { TableState, TabletState } from '../../model/tablets/state.ts';

/** default_db_data_quota_bytes */
export const DATABASE_QUOTA: Readonly<Record<DorisVersion, number>> = {
  '2.1': 2 ** 50,
  '3.0': 2 ** 50,
  '4.0': 2 ** 63,
};
export const REPLICA_QUOTA = 2 ** 30;

export function* tabletsIn(tables: readonly TableState[]): Generator<TabletState> {
  for (const table of tables) for (const partition of table.partitions) yield* partition.tablets;
}

export function tabletCount(tables: readonly TableState[]): number {
  let count = 0;
  for (const table of tables) for (const partition of table.partitions) count += partition.tablets.length;
  return count;
}

export function replicasOf(tables: readonly TableState[]): number {
  let count = 0;
  for (const tablet of tabletsIn(tables)) count += tablet.replicas.length;
  return count;
}

/** Of one replica each, as Doris sizes a table's data: all of them. */
export function bytesOf(tables: readonly TableState[]): number {
  let bytes = 0;
  for (const tablet of tabletsIn(tables)) bytes += tablet.bytes * tablet.replicas.length;
  return bytes;
}

export function partitionCount(tables: readonly TableState[]): number {
  let count = 0;
  for (const table of tables) count += table.partitions.length;
  return count;
}
