import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { readRows } from '../parse/rows.ts';
import { DorisStatementFailed } from '../errors.ts';

/** Value of one FE config key; undefined where the version lacks it. On a non-master the master's value is shown. */
export async function readConfig(
  session: FrontendSession,
  key: string,
  deadlineMs: number,
): Promise<string | undefined> {
  if (!/^[a-z][a-z0-9_]{0,100}$/.test(key))
    throw new DorisStatementFailed(`${JSON.stringify(key)} is no FE config key`);
  const statement = `ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`;
  const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
  // An underscore of LIKE matches any character.
  return rows.find((row) => row.text('Key') === key)?.text('Value');
}

export async function readConfigs(
  session: FrontendSession,
  keys: readonly string[],
  deadlineMs: number,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const key of keys) {
    const value = await readConfig(session, key, deadlineMs);
    if (value !== undefined) values[key] = value;
  }
  return values;
}
