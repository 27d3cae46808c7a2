import type { NodeAddress } from '../../domain/node.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBackendUnknown } from '../errors.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';
import { isRefusal, quoteName, readDatabases, readTables } from './databases.ts';

/**
 * Tablets that a backend counts and no table has: those of the recycle bin, and leaky ones. TabletNum less the replicas that
 * the tables count on it. Dear: asks every table, whatever is left. Undefined when the account does not see every table, or while tablets still leave.
 */
export async function readResidualTablets(
  session: FrontendSession,
  backend: NodeAddress,
  deadlineMs: number,
): Promise<number | undefined> {
  const before = await backendOf(session, backend, deadlineMs);
  if (before.tablets === 0) return 0;
  const held = await replicasOn(session, before.id, deadlineMs);
  const after = await backendOf(session, backend, deadlineMs);
  // While tablets still leave, the counts are of different moments.
  if (held === undefined || after.tablets !== before.tablets) return undefined;
  return Math.max(0, after.tablets - held);
}

/** Replicas of all tables on one backend; undefined when the tables seen have fewer replicas than the FE counts. */
async function replicasOn(
  session: FrontendSession,
  backendId: string,
  deadlineMs: number,
): Promise<number | undefined> {
  let held = 0;
  for (const database of await readDatabases(session)) {
    if (database.replicas === 0) continue;
    let seen = 0;
    for (const table of await readTables(session, database.name, deadlineMs)) {
      for (const [id, replicas] of await readDistribution(session, { database: database.name, table }, deadlineMs)) {
        seen += replicas;
        if (id === backendId) held += replicas;
      }
    }
    if (seen < database.replicas) return undefined;
  }
  return held;
}

async function backendOf(session: FrontendSession, address: NodeAddress, deadlineMs: number) {
  const found = parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs })).find(
    (one) => one.address === address,
  );
  if (found === undefined) throw new DorisBackendUnknown(`${address} is not registered`);
  return found;
}

async function readDistribution(
  session: FrontendSession,
  name: { readonly database: string; readonly table: string },
  deadlineMs: number,
): Promise<readonly (readonly [backendId: string, replicas: number])[]> {
  const statement = `ADMIN SHOW REPLICA DISTRIBUTION FROM ${quoteName(name.database)}.${quoteName(name.table)}`;
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    return rows.map((row) => [row.text('BackendId'), row.value('ReplicaNum', parseInteger)] as const);
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
