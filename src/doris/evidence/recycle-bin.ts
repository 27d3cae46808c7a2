import type { RecycleBin } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseFrontendTime } from '../stall/fe-time.ts';
import { readNumber } from './bounds.ts';

const RECYCLE_BIN = 'SHOW CATALOG RECYCLE BIN';

/** What was dropped and is not erased yet. `nowMs` is the master's clock as it prints it. */
export async function readRecycleBin(
  session: FrontendSession,
  nowMs: number | undefined,
  deadlineMs: number,
): Promise<RecycleBin> {
  const rows = readRows(RECYCLE_BIN, await session.execute(RECYCLE_BIN, { deadlineMs }));
  const ignoredBelow = await readNumber(session, 'decommission_tablet_check_threshold', deadlineMs);
  if (rows.length === 0) return { entries: 0, emptyInMs: 0, ignoredBelow };
  const keptMs = 1000 * (await readNumber(session, 'catalog_trash_expire_second', deadlineMs));
  const newestMs = Math.max(...rows.map((row) => row.value('DropTime', parseFrontendTime)));
  if (nowMs === undefined) throw new DorisBadAnswer('the master has printed no heartbeat to count from');
  return { entries: rows.length, emptyInMs: Math.max(0, newestMs + keptMs - nowMs), ignoredBelow };
}
