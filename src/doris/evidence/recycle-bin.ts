import type { RecycleBin } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseFrontendTime } from '../parse/fe-time.ts';
import { readNumber } from './bounds.ts';

const RECYCLE_BIN = 'SHOW CATALOG RECYCLE BIN';
const NAMES = 5;

/** What was dropped and is not erased yet. `nowMs` is the master's clock as it prints it. */
export async function readRecycleBin(
  session: FrontendSession,
  nowMs: number | undefined,
  deadlineMs: number,
): Promise<RecycleBin> {
  const rows = readRows(RECYCLE_BIN, await session.execute(RECYCLE_BIN, { deadlineMs }));
  const ignoredBelow = await readNumber(session, 'decommission_tablet_check_threshold', deadlineMs);
  if (rows.length === 0) return { entries: 0, names: [], emptyInMs: 0, ignoredBelow };
  const keptMs = 1000 * (await readNumber(session, 'catalog_trash_expire_second', deadlineMs));
  if (nowMs === undefined) throw new DorisBadAnswer('the master has printed no heartbeat to count from');
  const dropped = rows
    .map((row) => ({ name: row.text('Name'), droppedMs: row.value('DropTime', parseFrontendTime) }))
    .toSorted((a, b) => b.droppedMs - a.droppedMs);
  const newestMs = dropped[0]?.droppedMs ?? nowMs;
  return {
    entries: rows.length,
    names: dropped.slice(0, NAMES).map(({ name }) => name),
    emptyInMs: Math.max(0, newestMs + keptMs - nowMs),
    ignoredBelow,
  };
}
