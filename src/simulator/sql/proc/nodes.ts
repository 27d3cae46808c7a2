import type { SqlAnswer } from '../../cluster.ts';
import { backendById, diskUse } from '../../model/queries.ts';
import { failure } from '../answer/errors.ts';
import { formatPercent, formatSize } from '../answer/format.ts';
import { columns, table } from '../answer/table.ts';
import { backendsByHost } from '../backends/show-backends.ts';
import { showTrash } from '../backends/trash.ts';
import { delayed, showFrontends } from '../frontends/show-frontends.ts';
import type { Execution } from '../statement.ts';
import type { ProcNode } from './node.ts';

const DISKS = columns(
  `RootPath, DataUsedCapacity, OtherUsedCapacity, AvailCapacity, TotalCapacity, TotalUsedPct, State, PathHash,
  StorageMedium`,
);

export const NODE_NODES: readonly ProcNode[] = [
  { path: '/frontends', show: (execution) => delayed(execution, () => showFrontends(execution)) },
  { path: '/backends', show: backendsByHost },
  { path: '/backends/{id}', show: (execution, [id = '']) => showDisks(execution, id) },
  { path: '/trash', show: showTrash },
];

function showDisks({ state, version }: Execution, id: string): SqlAnswer {
  if (!/^-?\d+$/.test(id)) return failure(`Invalid backend id format: ${id}`);
  const backend = backendById(state, id);
  if (backend === undefined) return failure(`Backend[${id}] does not exist.`);
  const disks = backend.row.disksReported ? diskUse(state, backend) : [];
  return table(
    version,
    DISKS,
    disks.map((disk) => ({
      RootPath: disk.path,
      DataUsedCapacity: formatSize(disk.dataBytes),
      OtherUsedCapacity: formatSize(disk.totalBytes - disk.availableBytes - disk.dataBytes),
      AvailCapacity: formatSize(disk.availableBytes),
      TotalCapacity: formatSize(disk.totalBytes),
      TotalUsedPct: formatPercent(
        disk.totalBytes === 0 ? 0 : (disk.totalBytes - disk.availableBytes) / disk.totalBytes,
      ),
      State: disk.online ? 'ONLINE' : 'OFFLINE',
      PathHash: disk.pathHash,
      StorageMedium: disk.medium,
    })),
  );
}
