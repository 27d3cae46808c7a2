import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';
import { quoteName } from './databases.ts';

const JOBS = "SHOW PROC '/jobs/-1'";
const ALTERS: ReadonlyMap<string, string> = new Map([
  ['schema_change', 'schema changes'],
  ['rollup', 'rollups'],
]);
/** They hold no table of a user. */
const SYSTEM_DATABASES: ReadonlySet<string> = new Set(['information_schema', 'mysql']);
const ENDED: ReadonlySet<string> = new Set(['FINISHED', 'CANCELLED']);

/** Schema changes and rollups that run or wait: their tablets do not move. One sentence each. */
export async function readJobs(session: FrontendSession, deadlineMs: number): Promise<readonly string[]> {
  const rows = readRows(JOBS, await session.execute(JOBS, { deadlineMs }));
  return [...ALTERS].flatMap(([type, name]) => {
    const row = rows.find((one) => one.text('JobType') === type);
    if (row === undefined) throw new DorisBadAnswer(`${JOBS}: column JobType has no ${type}`);
    const running = row.value('Running', parseInteger);
    const pending = row.value('Pending', parseInteger);
    return running + pending === 0 ? [] : [`${name}: ${String(running)} running, ${String(pending)} pending`];
  });
}

/** Backups and restores that run or wait, one sentence each: two statements for each database. */
export async function readBackups(
  session: FrontendSession,
  databases: readonly string[],
  deadlineMs: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const database of databases) {
    if (SYSTEM_DATABASES.has(database)) continue;
    for (const kind of ['BACKUP', 'RESTORE'] as const) {
      const statement = `SHOW ${kind} FROM ${quoteName(database)}`;
      const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
      const running = rows.filter((row) => !ENDED.has(row.text('State'))).length;
      if (running > 0) found.push(`${kind.toLowerCase()} of ${database}: ${String(running)} running`);
    }
  }
  return found;
}
