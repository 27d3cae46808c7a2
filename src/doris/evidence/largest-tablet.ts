import type { LargestTablet } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { Backend } from '../../domain/topology.ts';
import { readRows } from '../parse/rows.ts';
import { parseId, parseInteger } from '../parse/values.ts';
import { isRefusal, quoteName } from './databases.ts';

/** Below such a mean no tablet of the table is worth a look, however unevenly its buckets are filled. */
const WORTH_A_LOOK_BYTES = 1024 ** 3;
/** SHOW TABLETS of a table with more has cost frontends their memory. */
const MOST_TABLETS = 10_000;

/** The partition of a tag whose tablets are largest on average. */
export interface MeanTablet {
  /** Resource tag. */
  readonly group: string;
  readonly database: string;
  readonly table: string;
  readonly partition: string;
  readonly bytes: number;
  /** Replicas of all partitions of the table. */
  readonly replicasOfTable: number;
}

interface Tablet {
  readonly tabletId: string;
  readonly backendId: string | undefined;
  readonly bytes: number;
}

/**
 * Of each tag the largest tablet of the table whose tablets are largest on average there, by SHOW TABLETS of that one table; the
 * mean itself where that is small or the table has very many. A single bucket far above its table's mean in another table stays
 * unseen. A tablet on a backend that is not among `backends` may be of any tag.
 */
export async function readLargestTablets(
  session: FrontendSession,
  means: readonly MeanTablet[],
  backends: readonly Pick<Backend, 'id' | 'group'>[],
  deadlineMs: number,
): Promise<readonly LargestTablet[]> {
  const groups = new Map(backends.map(({ id, group }) => [id, group]));
  const listed = new Map<string, readonly Tablet[]>();
  const largest: LargestTablet[] = [];
  for (const mean of means) {
    const { group, partition, bytes } = mean;
    const table = `${mean.database}.${mean.table}`;
    const average = { group, table, partition, tabletId: undefined, bytes };
    const isListed = bytes >= WORTH_A_LOOK_BYTES && mean.replicasOfTable <= MOST_TABLETS;
    // Tags share tables: each is listed once.
    const tablets = isListed ? (listed.get(table) ?? (await readTablets(session, mean, deadlineMs))) : [];
    if (isListed) listed.set(table, tablets);
    const own = tablets.filter(({ backendId }) => (groups.get(backendId ?? '') ?? group) === group);
    const [first] = own.toSorted((a, b) => b.bytes - a.bytes);
    largest.push(
      first === undefined || first.bytes < bytes
        ? average
        : { ...average, tabletId: first.tabletId, bytes: first.bytes },
    );
  }
  return largest;
}

/** None where the version or our account may not list them. */
async function readTablets(
  session: FrontendSession,
  { database, table }: MeanTablet,
  deadlineMs: number,
): Promise<readonly Tablet[]> {
  const statement = `SHOW TABLETS FROM ${quoteName(database)}.${quoteName(table)}`;
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    return rows.map((row) => ({
      tabletId: row.value('TabletId', parseId),
      backendId: row.optionalText('BackendId'),
      bytes: row.value('LocalDataSize', parseInteger),
    }));
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
