import type { FrontendDisk } from '../../domain/evidence.ts';
import type { Known } from '../../domain/known.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisStatementFailed, DorisUnsupported } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { isAtLeast } from '../version.ts';

/** 2.1 wants the last word in small letters, 4.x takes any. */
const DISKS = 'SHOW FRONTENDS disks';
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
};

/**
 * Meta directories of the frontends that are alive; undefined where the version has no such statement (2.0). Where it has, one that
 * fails tells nothing of the room.
 */
export async function readFrontendDisks(
  session: FrontendSession,
  version: string | undefined,
  deadlineMs: number,
): Promise<Known<readonly FrontendDisk[]> | undefined> {
  try {
    const rows = readRows(DISKS, await session.execute(DISKS, { deadlineMs }));
    const value = rows
      .filter((row) => row.text('DirType') === 'meta')
      .map((row) => ({
        host: row.text('Host'),
        path: row.text('Dir'),
        availableBytes: row.value('Available', parseDiskSize),
      }));
    return { known: true, value };
  } catch (error) {
    if (error instanceof DorisUnsupported || (error instanceof DorisStatementFailed && isBefore21(version)))
      return undefined;
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function isBefore21(version: string | undefined): boolean {
  return version !== undefined && isAtLeast(version, [2, 1, 0]) === false;
}

/** As `df -h` prints it: `74G`, `1.8T`, `512M`, `0`. */
export function parseDiskSize(text: string): number | undefined {
  const found = /^(\d{1,6}(?:\.\d)?)([KMGTP]?)$/.exec(text);
  const unit = found === null ? undefined : UNITS[found[2] ?? ''];
  const bytes = unit === undefined ? NaN : Math.round(Number(found?.[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
