import type { DiskUse } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { Backend } from '../../domain/topology.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseSize } from '../parse/values.ts';

/** 2.0 does not tell the medium: then all disks are taken as of one. */
const ONE_MEDIUM = 'any';

/** Every disk of the backends of a group, the leaving ones included. */
export async function readDisks(
  session: FrontendSession,
  backends: readonly Backend[],
  deadlineMs: number,
): Promise<readonly DiskUse[]> {
  const disks: DiskUse[] = [];
  for (const backend of backends) {
    const statement = `SHOW PROC '/backends/${backend.id}'`;
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    for (const row of rows) disks.push(readDisk(row, backend));
  }
  return disks;
}

function readDisk(row: Row, backend: Backend): DiskUse {
  const totalBytes = row.value('TotalCapacity', parseSize);
  return {
    backend: backend.address,
    backendId: backend.id,
    path: row.text('RootPath'),
    medium: row.optionalText('StorageMedium') ?? ONE_MEDIUM,
    online: row.value('State', (text) => (text === 'ONLINE' ? true : text === 'OFFLINE' ? false : undefined)),
    dataBytes: row.value('DataUsedCapacity', parseSize),
    usedBytes: Math.max(0, totalBytes - row.value('AvailCapacity', parseSize)),
    totalBytes,
  };
}
