import type { LargestTablet } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { readRows } from '../parse/rows.ts';
import { parseId, parseInteger } from '../parse/values.ts';
import { isRefusal, quoteName } from './databases.ts';

/** Below such a mean no tablet of the table is worth a look, however unevenly its buckets are filled. */
const WORTH_A_LOOK_BYTES = 1024 ** 3;
/** SHOW TABLETS of a table with more has cost frontends their memory. */
const MOST_TABLETS = 10_000;

/** The partition whose tablets are largest on average. */
export interface MeanTablet {
  readonly database: string;
  readonly table: string;
  readonly partition: string;
  readonly bytes: number;
  /** Replicas of all partitions of the table. */
  readonly replicasOfTable: number;
}

/**
 * The largest tablet of the table whose tablets are largest on average, by SHOW TABLETS of that one table; the mean itself
 * where that is small or the table has very many. A single bucket far above its table's mean in another table stays unseen.
 */
export async function readLargestTablet(
  session: FrontendSession,
  mean: MeanTablet | undefined,
  deadlineMs: number,
): Promise<LargestTablet | undefined> {
  if (mean === undefined) return undefined;
  const table = `${mean.database}.${mean.table}`;
  const average = { table, partition: mean.partition, tabletId: undefined, bytes: mean.bytes };
  if (mean.bytes < WORTH_A_LOOK_BYTES || mean.replicasOfTable > MOST_TABLETS) return average;
  const statement = `SHOW TABLETS FROM ${quoteName(mean.database)}.${quoteName(mean.table)}`;
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    const tablets = rows.map((row) => ({
      tabletId: row.value('TabletId', parseId),
      bytes: row.value('LocalDataSize', parseInteger),
    }));
    const [largest] = tablets.toSorted((a, b) => b.bytes - a.bytes);
    return largest === undefined || largest.bytes < mean.bytes ? average : { ...average, ...largest };
  } catch (error) {
    if (isRefusal(error)) return average;
    throw error;
  }
}
