import type { MigrationView } from '../../domain/ports/cluster-reader.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';

const BALANCE = "SHOW PROC '/cluster_balance'";
const HISTORY = "SHOW PROC '/cluster_balance/history_tablets'";
const ERRORS = 5;
const ERROR_LENGTH = 300;

/** The scheduler's queues. A drain that is stuck has both empty: its tablets go straight to the history as cancelled. */
export async function readMigration(session: FrontendSession, deadlineMs: number): Promise<MigrationView> {
  const counts = new Map(
    readRows(BALANCE, await session.execute(BALANCE, { deadlineMs })).map((row) => [
      row.text('Item'),
      row.value('Number', parseInteger),
    ]),
  );
  const history = readRows(HISTORY, await session.execute(HISTORY, { deadlineMs }));
  return {
    pending: countOf(counts, 'pending_tablets'),
    running: countOf(counts, 'running_tablets'),
    recentErrors: recentErrors(history),
  };
}

function countOf(counts: ReadonlyMap<string, number>, item: string): number {
  const count = counts.get(item);
  if (count === undefined) throw new DorisBadAnswer(`${BALANCE}: column Item has no ${item}`);
  return count;
}

/** Balancing that gives up is everyday; only what moves replicas away counts. */
function recentErrors(history: readonly Row[]): readonly string[] {
  const texts = history
    .filter((row) => row.text('Type') === 'REPAIR' && row.text('State') === 'CANCELLED')
    .map((row) => ({ finished: row.optionalText('Finished') ?? '', text: row.optionalText('ErrMsg') ?? '' }))
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => (a.finished < b.finished ? 1 : a.finished > b.finished ? -1 : 0))
    .map(({ text }) => (text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH)}...` : text));
  return [...new Set(texts)].slice(0, ERRORS);
}
