import type { MigrationView } from '../../domain/ports/cluster-reader.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';

const BALANCE = "SHOW PROC '/cluster_balance'";
const PENDING = "SHOW PROC '/cluster_balance/pending_tablets'";
/** States of a tablet that a drain shows as well, but then with a low priority. */
const LOST: ReadonlySet<string> = new Set(['REPLICA_MISSING', 'REPLICA_MISSING_FOR_TAG', 'VERSION_INCOMPLETE']);
const URGENT: ReadonlySet<string> = new Set(['HIGH', 'VERY_HIGH']);

/** The scheduler's queues: what else needs the slots of a drain. */
export async function readMigration(session: FrontendSession, deadlineMs: number): Promise<MigrationView> {
  const counts = await readCounts(session, deadlineMs);
  const waiting = readRows(PENDING, await session.execute(PENDING, { deadlineMs })).filter(isRepair);
  return {
    ...counts,
    repairs: waiting.filter((row) => LOST.has(row.text('Status')) && URGENT.has(row.text('Priority'))).length,
  };
}

/** The counts alone: no row of a queue is read. */
export async function readTabletsInMigration(session: FrontendSession, deadlineMs: number): Promise<number> {
  const { pending, running } = await readCounts(session, deadlineMs);
  return pending + running;
}

/** Counts of the whole queues: their lists end at 1,000 rows. */
export async function readCounts(
  session: FrontendSession,
  deadlineMs: number,
): Promise<Pick<MigrationView, 'pending' | 'running'>> {
  const rows = readRows(BALANCE, await session.execute(BALANCE, { deadlineMs }));
  const counts = new Map(rows.map((row) => [row.text('Item'), row.value('Number', parseInteger)]));
  return { pending: countOf(counts, 'pending_tablets'), running: countOf(counts, 'running_tablets') };
}

/** Balancing that gives up is everyday; only what moves replicas away counts. */
function isRepair(row: Row): boolean {
  return row.text('Type') === 'REPAIR';
}

function countOf(counts: ReadonlyMap<string, number>, item: string): number {
  const count = counts.get(item);
  if (count === undefined) throw new DorisBadAnswer(`${BALANCE}: column Item has no ${item}`);
  return count;
}
