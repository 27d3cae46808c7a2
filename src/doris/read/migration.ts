import type { MigrationView } from '../../domain/ports/cluster-reader.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';

const BALANCE = "SHOW PROC '/cluster_balance'";
const PENDING = "SHOW PROC '/cluster_balance/pending_tablets'";
const HISTORY = "SHOW PROC '/cluster_balance/history_tablets'";
/** States of a tablet that a drain shows as well, but then with a low priority. */
const LOST: ReadonlySet<string> = new Set(['REPLICA_MISSING', 'REPLICA_MISSING_FOR_TAG', 'VERSION_INCOMPLETE']);
const URGENT: ReadonlySet<string> = new Set(['HIGH', 'VERY_HIGH']);
const ERRORS = 5;
const ERROR_LENGTH = 300;

/** The scheduler's queues. A drain that is stuck has both empty: its tablets go straight to the history as cancelled. */
export async function readMigration(session: FrontendSession, deadlineMs: number): Promise<MigrationView> {
  const counts = await readCounts(session, deadlineMs);
  const waiting = readRows(PENDING, await session.execute(PENDING, { deadlineMs })).filter(isRepair);
  const history = readRows(HISTORY, await session.execute(HISTORY, { deadlineMs }));
  return {
    ...counts,
    repairs: waiting.filter((row) => LOST.has(row.text('Status')) && URGENT.has(row.text('Priority'))).length,
    recentErrors: distinct([...failures(history), ...waitsForOthers(waiting)]),
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

/** Loads, schema changes and the like; waiting for a slot is everyday. */
function waitsForOthers(waiting: readonly Row[]): readonly string[] {
  return waiting.filter((row) => row.text('SchedCode') !== 'WAITING_SLOT').flatMap(errorOf);
}

function errorOf(row: Row): readonly string[] {
  const text = row.optionalText('ErrMsg') ?? '';
  return text === '' ? [] : [text];
}

function countOf(counts: ReadonlyMap<string, number>, item: string): number {
  const count = counts.get(item);
  if (count === undefined) throw new DorisBadAnswer(`${BALANCE}: column Item has no ${item}`);
  return count;
}

function failures(history: readonly Row[]): readonly string[] {
  return history
    .filter((row) => isRepair(row) && row.text('State') === 'CANCELLED')
    .map((row) => ({ finished: row.optionalText('Finished') ?? '', row }))
    .toSorted((a, b) => (a.finished < b.finished ? 1 : a.finished > b.finished ? -1 : 0))
    .flatMap(({ row }) => errorOf(row));
}

function distinct(texts: readonly string[]): readonly string[] {
  const cut = texts.map((text) => (text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH)}...` : text));
  return [...new Set(cut)].slice(0, ERRORS);
}
