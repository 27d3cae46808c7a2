import type { OpenTransaction, OpenTransactions } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseId, parseInteger } from '../parse/values.ts';
import { parseFrontendTime } from '../stall/fe-time.ts';

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
  const databases = readRows(TRANSACTIONS, await session.execute(TRANSACTIONS, { deadlineMs }))
    .map((row) => ({
      id: row.value('DbId', parseId),
      name: row.text('DbName').replace(/^default_cluster:/, ''),
      running: row.value('RunningTransactionNum', parseInteger),
    }))
    .filter(({ name, running }) => name !== 'Total' && running > 0);
  const old: OpenTransaction[] = [];
  for (const { id, name } of databases) {
    if (nowMs === undefined) throw new DorisBadAnswer('the master has printed no heartbeat to count from');
    const statement = `SHOW PROC '/transactions/${id}/running'`;
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    if (rows.length >= MOST_LISTED)
      throw new DorisBadAnswer(`${name} runs ${String(rows.length)} transactions or more: the oldest are not listed`);
    for (const row of rows) {
      const ageMs = nowMs - row.value('PrepareTime', parseFrontendTime);
      if (ageMs > OLD_MS) old.push({ database: name, id: row.value('TransactionId', parseId), ageMs });
    }
  }
  return {
    running: databases.reduce((sum, { running }) => sum + running, 0),
    old: old.toSorted((a, b) => b.ageMs - a.ageMs),
  };
}
