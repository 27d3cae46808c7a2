import type { SqlAnswer } from '../../cluster.ts';
import { diskUse, registeredBackends } from '../../model/queries.ts';
import { needsAdminOrNode } from '../access/needs.ts';
import { formatSize } from '../answer/format.ts';
import { columns, isFrom, list } from '../answer/table.ts';
import type { Execution, Statement } from '../statement.ts';

const TRASH = columns('BackendId, Backend, TrashUsedCapacity');

export const TRASH_STATEMENTS: readonly Statement[] = [
  { kind: 'read', form: 'SHOW TRASH', by: 'local', needs: needsAdminOrNode, run: showTrash },
];

export function showTrash({ state, version }: Execution): SqlAnswer {
  const rows = registeredBackends(state).map((backend) => [
    backend.row.id,
    `${backend.host}:${String(backend.ports.heartbeat)}`,
    formatSize(diskUse(state, backend).reduce((sum, disk) => sum + disk.trashBytes, 0)),
  ]);
  return list(version, TRASH, isFrom(version, '4.0') ? rows.toReversed() : rows);
}
