import type { ClusterState } from '../model/state.ts';

interface Sizes {
  readonly avg: number;
  readonly max: number;
  readonly min: number;
}

/** Bytes of one replica of each table, partition and tablet. Walks all tablets. */
export function tableSizes(state: ClusterState): Readonly<Record<'table' | 'partition' | 'tablet', Sizes>> {
  const tables: number[] = [];
  const partitions: number[] = [];
  const tablets: number[] = [];
  for (const table of state.databases.flatMap((database) => database.tables)) {
    let tableBytes = 0;
    for (const partition of table.partitions) {
      let partitionBytes = 0;
      for (const { bytes } of partition.tablets) {
        tablets.push(bytes);
        partitionBytes += bytes;
      }
      partitions.push(partitionBytes);
      tableBytes += partitionBytes;
    }
    tables.push(tableBytes);
  }
  return { table: sizesOf(tables), partition: sizesOf(partitions), tablet: sizesOf(tablets) };
}

/** Empty ones are left out. */
function sizesOf(all: readonly number[]): Sizes {
  let [total, count, max, min] = [0, 0, 0, Number.POSITIVE_INFINITY];
  for (const bytes of all) {
    if (bytes === 0) continue;
    total += bytes;
    count += 1;
    max = Math.max(max, bytes);
    min = Math.min(min, bytes);
  }
  return count === 0 ? { avg: 0, max: 0, min: 0 } : { avg: Math.floor(total / count), max, min };
}
