import type { OpenTransaction, OpenTransactions, RunningLoads } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseId, parseInteger } from '../parse/values.ts';
import { parseFrontendTime } from '../parse/fe-time.ts';

const TRANSACTIONS = "SHOW PROC '/transactions'";
/** The longest that an ordinary load takes. */
const OLD_MS = 30 * 60_000;
/** The FE lists no more of one database, its newest first. */
const MOST_LISTED = 2000;

/**
 * Loads that run, and those that were begun long ago: by the time that the master prints for their beginning and its own
 * newest heartbeat, `nowMs`. Around a change of its time zone an age is wrong by that change.
 */
export async function readTransactions(
  session: FrontendSession,
  nowMs: number | undefined,
  deadlineMs: number,
): Promise<OpenTransactions> {
  const databases = await readRunningLoads(session, deadlineMs);
  const old: OpenTransaction[] = [];
  for (const { database, databaseId } of databases) {
    if (nowMs === undefined) throw new DorisBadAnswer('the master has printed no heartbeat to count from');
    const statement = `SHOW PROC '/transactions/${databaseId}/running'`;
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    if (rows.length >= MOST_LISTED)
      throw new DorisBadAnswer(
        `${database} runs ${String(rows.length)} transactions or more: the oldest are not listed`,
      );
    for (const row of rows) {
      const ageMs = nowMs - row.value('PrepareTime', parseFrontendTime);
      if (ageMs > OLD_MS) old.push({ database, id: row.value('TransactionId', parseId), ageMs });
    }
  }
  return {
    running: databases.reduce((sum, { running }) => sum + running, 0),
    old: old.toSorted((a, b) => b.ageMs - a.ageMs),
  };
}

/** Databases with loads that run, as the FE counts them. */
export async function readRunningLoads(session: FrontendSession, deadlineMs: number): Promise<readonly RunningLoads[]> {
  return readRows(TRANSACTIONS, await session.execute(TRANSACTIONS, { deadlineMs }))
    .map((row) => ({
      database: row.text('DbName').replace(/^default_cluster:/, ''),
      databaseId: row.value('DbId', parseId),
      running: row.value('RunningTransactionNum', parseInteger),
    }))
    .filter(({ database, running }) => database !== 'Total' && running > 0);
}
