import type { NodeAddress } from '../../domain/node.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { TableLeft } from '../../domain/stall.ts';
import { DorisBackendUnknown, DorisUnsupported } from '../errors.ts';
import { isRefusal, quoteName, readDatabases, readTables } from '../evidence/databases.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger, parseReplicaAllocation } from '../parse/values.ts';
import { known } from '../read/known.ts';

/** Beyond it what is left is not worth a look at every table. */
const MOST_TABLETS = 5000;
/** So many tables are looked into. */
const ASKED = 10;

interface Name {
  readonly database: string;
  readonly table: string;
}

/**
 * Tables with replicas on one backend, most first; the first ten with what their partitions want. Walks every tablet once
 * (/statistic) and asks every table. Rejects for a backend that holds more than 5,000 tablets.
 */
export async function readTablesLeft(
  session: FrontendSession,
  backend: NodeAddress,
  deadlineMs: number,
): Promise<readonly TableLeft[]> {
  const backends = parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs }));
  const row = backends.find((one) => one.address === backend);
  if (row === undefined) throw new DorisBackendUnknown(`${backend} is not registered`);
  if (row.tablets > MOST_TABLETS)
    throw new DorisUnsupported(`${backend} holds ${String(row.tablets)} tablets: not every table is asked`);
  const holding: (Name & { readonly replicas: number })[] = [];
  for (const { name: database, replicas } of await readDatabases(session)) {
    if (replicas === 0) continue;
    for (const table of await readTables(session, database, deadlineMs)) {
      const held = await readReplicasOn(session, { database, table }, row.id, deadlineMs);
      if (held > 0) holding.push({ database, table, replicas: held });
    }
  }
  const sorted = holding.toSorted((a, b) => b.replicas - a.replicas);
  const left: TableLeft[] = [];
  for (const [index, { database, table, replicas }] of sorted.entries()) {
    const wants: TableLeft['wants'] =
      index < ASKED
        ? await readWants(session, { database, table }, deadlineMs)
        : { known: false, reason: `only the first ${String(ASKED)} tables are asked` };
    left.push({ table: `${database}.${table}`, replicas, wants });
  }
  return left;
}

async function readReplicasOn(
  session: FrontendSession,
  name: Name,
  backendId: string,
  deadlineMs: number,
): Promise<number> {
  const statement = `ADMIN SHOW REPLICA DISTRIBUTION FROM ${fullName(name)}`;
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    const row = rows.find((one) => one.text('BackendId') === backendId);
    return row?.value('ReplicaNum', parseInteger) ?? 0;
  } catch (error) {
    if (isRefusal(error)) return 0;
    throw error;
  }
}

async function readWants(session: FrontendSession, name: Name, deadlineMs: number): Promise<TableLeft['wants']> {
  const statement = `SHOW PARTITIONS FROM ${fullName(name)}`;
  return await known(async () => {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    const byTag: Record<string, number> = {};
    for (const row of rows)
      for (const [tag, replicas] of row.value('ReplicaAllocation', parseReplicaAllocation))
        byTag[tag] = Math.max(byTag[tag] ?? 0, replicas);
    const media = [...new Set(rows.map((row) => row.text('StorageMedium')))].toSorted();
    return { byTag, media };
  });
}

function fullName({ database, table }: Name): string {
  return `${quoteName(database)}.${quoteName(table)}`;
}
