import type { SqlAnswer } from '../../cluster.ts';
import { backendById, findTablet, registeredBackends, tabletNum } from '../../model/queries.ts';
import type { ClusterState } from '../../model/state.ts';
import { isAllowed, accessDenied, needsAdminPriv, userOf } from '../access/needs.ts';
import { coded, failure } from '../answer/errors.ts';
import { formatSize } from '../answer/format.ts';
import { columns, type Fields, isFrom, list, table } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { bytesOf, replicasOf, tabletCount } from './counts.ts';
import { tableOf } from './names.ts';
import { eachReplica, schemaHash } from './replicas.ts';

const TABLETS = columns(
  `TabletId, ReplicaId, BackendId, SchemaHash, Version, LstSuccessVersion, LstFailedVersion, LstFailedTime,
  LocalDataSize, RemoteDataSize, RowCount, State, LstConsistencyCheckTime, CheckVersion, VisibleVersionCount from 4.0,
  VersionCount, QueryHits, PathHash, Path, MetaUrl, CompactionStatus, CooldownReplicaId, CooldownMetaId`,
);
const TABLET = columns(
  `DbName, TableName, PartitionName, IndexName, DbId, TableId, PartitionId, IndexId, IsSync, Order, QueryHits, DetailCmd`,
);
const BELONG = columns('DbName, TableName, TableSize, PartitionNum, BucketNum, ReplicaCount, TabletIds');
const DIAGNOSIS = columns('Item, Info, Suggestion');
const FORMATS = columns('BackendId, V1Count, V2Count');

export const TABLET_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW TABLETS FROM <name:name>',
    by: 'local',
    needs: (version) => ({ anyOf: ['ADMIN'], named: isFrom(version, '4.0') ? 'SHOW TABLETS' : 'SHOW TABLET' }),
    run: showTablets,
  },
  { kind: 'read', form: 'SHOW TABLETS BELONG <id:number>', by: 'local', run: showBelong },
  { kind: 'read', form: 'SHOW TABLET STORAGE FORMAT', by: 'local', run: showFormats },
  { kind: 'read', form: 'SHOW TABLET DIAGNOSIS <id:number>', by: 'local', needs: needsAdminPriv, run: diagnose },
  { kind: 'read', form: 'ADMIN DIAGNOSE TABLET <id:number>', by: 'local', needs: needsAdminPriv, run: diagnose },
  { kind: 'read', form: 'SHOW TABLET <id:number>', by: 'local', needs: needsAdminPriv, run: showTablet },
];

function showTablets(execution: Execution, captures: Captures): SqlAnswer {
  const { state, version } = execution;
  const { table: found } = tableOf(execution, valuesOf(captures, 'name'));
  const hash = schemaHash(found);
  return table(
    version,
    TABLETS,
    eachReplica(found).map(({ partition, tablet, replica }): Fields => {
      const backend = backendById(state, replica.backendId);
      const disk = backend?.disks[replica.diskIndex];
      const address = `http://${backend?.host ?? ''}:${String(backend?.ports.http ?? -1)}`;
      return {
        TabletId: tablet.id,
        ReplicaId: replica.id,
        BackendId: replica.backendId,
        SchemaHash: hash,
        Version: partition.visibleVersion,
        LstSuccessVersion: partition.visibleVersion,
        LstFailedVersion: -1,
        LocalDataSize: tablet.bytes,
        RemoteDataSize: 0,
        RowCount: 0,
        State: replica.state,
        CheckVersion: -1,
        VisibleVersionCount: 1,
        VersionCount: 1,
        QueryHits: 0,
        PathHash: disk?.pathHash ?? -1,
        Path: disk?.path ?? '',
        MetaUrl: `${address}/api/meta/header/${tablet.id}`,
        CompactionStatus: `${address}/api/compaction/show?tablet_id=${tablet.id}`,
        CooldownReplicaId: -1,
        CooldownMetaId: '',
      };
    }),
  );
}

/** The base index has the id after its table's. */
function indexId(tableId: string): string {
  return String(BigInt(tableId) + 1n);
}

function showTablet({ state, version }: Execution, captures: Captures): SqlAnswer {
  const id = valueOf(captures, 'id');
  const place = findTablet(state, id);
  if (place === undefined) {
    const unknown = { DbName: null, TableName: null, PartitionName: null, IndexName: null, DbId: -1, TableId: -1 };
    return table(version, TABLET, [
      { ...unknown, PartitionId: -1, IndexId: -1, IsSync: false, Order: -1, QueryHits: 0 },
    ]);
  }
  const { database, table: found, partition, tablet } = place;
  const path = [database.id, found.id, 'partitions', partition.id, indexId(found.id), tablet.id].join('/');
  return table(version, TABLET, [
    {
      DbName: database.name,
      TableName: found.name,
      PartitionName: partition.name,
      IndexName: found.name,
      DbId: database.id,
      TableId: found.id,
      PartitionId: partition.id,
      IndexId: indexId(found.id),
      IsSync: true,
      Order: tablet.bucket,
      QueryHits: 0,
      DetailCmd: `SHOW PROC '/dbs/${path}';`,
    },
  ]);
}

function showBelong({ state, version }: Execution, captures: Captures): SqlAnswer {
  const place = findTablet(state, valueOf(captures, 'id'));
  if (place === undefined) return list(version, BELONG, []);
  const { database, table: found, tablet } = place;
  return table(version, BELONG, [
    {
      DbName: database.name,
      TableName: found.name,
      TableSize: formatSize(bytesOf([found])),
      PartitionNum: found.partitions.length,
      BucketNum: tabletCount([found]) / Math.max(1, found.partitions.length),
      ReplicaCount: replicasOf([found]),
      TabletIds: `[${tablet.id}]`,
    },
  ]);
}

function diagnose({ state, version }: Execution, captures: Captures): SqlAnswer {
  const id = valueOf(captures, 'id');
  const place = findTablet(state, id);
  if (place === undefined) return list(version, DIAGNOSIS, [['TabletExist', 'No', '']]);
  const { database, table: found, partition, tablet } = place;
  const holders = tablet.replicas.map((replica) => `"${replica.id}":${replica.backendId}`).join(',');
  const dead = tablet.replicas
    .filter((replica) => !isAlive(state, replica.backendId))
    .map(({ backendId }) => backendId);
  return list(version, DIAGNOSIS, [
    ['TabletExist', 'Yes', ''],
    ['TabletId', id, ''],
    ['Database', `${database.name}: ${database.id}`, ''],
    ['Table', `${found.name}: ${found.id}`, ''],
    ['Partition', `${partition.name}: ${partition.id}`, ''],
    ['MaterializedIndex', `${found.name}: ${indexId(found.id)}`, ''],
    ['Replicas(ReplicaId -> BackendId)', `{${holders}}`, ''],
    ['ReplicasNum', 'OK', ''],
    ['ReplicaBackendStatus', dead.length === 0 ? 'OK' : `Backend ${dead.join(', ')} is not alive. `, ''],
    ['ReplicaVersionStatus', 'OK', ''],
    ['ReplicaStatus', 'OK', ''],
    ['ReplicaCompactionStatus', 'OK', ''],
  ]);
}

function isAlive(state: ClusterState, backendId: string): boolean {
  return backendById(state, backendId)?.row.alive === true;
}

/** Until 3.0 the refusal has the place of the password taken by the user's name. */
function showFormats({ state, version, session }: Execution): SqlAnswer {
  const need = needsAdminPriv(version);
  if (!isAllowed(userOf(state, session.user), need)) {
    return isFrom(version, '4.0')
      ? accessDenied(version, need.named)
      : coded(
          1045,
          '28000',
          failure(`Access denied for user 'SHOW TABLET STORAGE TYPE' (using password: ${session.user})`).message,
        );
  }
  const rows = registeredBackends(state).map(({ row }) => [row.id, 0, tabletNum(state, row.id)]);
  return list(version, FORMATS, isFrom(version, '4.0') ? rows.toReversed() : rows);
}
