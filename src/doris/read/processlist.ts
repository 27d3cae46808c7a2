import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';

const PROCESSLIST = 'SHOW PROCESSLIST';
/** What this program sends, in case it shares its account with others. */
const OWN_STATEMENT = /^\s*(SHOW|ADMIN|ALTER SYSTEM|CANCEL DECOMMISSION)\b/i;

/** A statement that runs on one FE. */
export interface RunningStatement {
  readonly seconds: number;
}

/** Statements that run on one FE, ours and idle connections left out. Each FE shows only its own connections. */
export async function readRunning(
  channel: FrontendChannel,
  endpoint: FrontendEndpoint,
  options: { readonly user: string; readonly deadlineMs: number },
): Promise<readonly RunningStatement[]> {
  const rows = readRows(PROCESSLIST, await channel.execute(endpoint, PROCESSLIST, { deadlineMs: options.deadlineMs }));
  return rows
    .filter((row) => row.text('Command') !== 'Sleep' && !isOurs(row, options.user))
    .map((row) => ({ seconds: row.value('Time', parseInteger) }));
}

function isOurs(row: Row, user: string): boolean {
  if (row.optionalText('CurrentConnected') === 'Yes') return true;
  // 2.0 writes `default_cluster:user`.
  const name = row.text('User').replace(/^default_cluster:/, '');
  return name === user && OWN_STATEMENT.test(row.optionalText('Info') ?? '');
}
