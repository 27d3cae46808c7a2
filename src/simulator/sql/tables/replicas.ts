import type { SqlAnswer } from '../../cluster.ts';
import { registeredBackends } from '../../model/queries.ts';
import type { PartitionState, ReplicaState, TableState, TabletState } from '../../model/tablets/state.ts';
import { needsAdmin } from '../access/needs.ts';
import { columns, type Fields, table } from '../answer/table.ts';
import { type Execution, type Statement, valueOf, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { tabletsIn } from './counts.ts';
import { tableOf } from './names.ts';

const DISTRIBUTION = columns(
  `BackendId, ReplicaNum, ReplicaSize, NumGraph, NumPercent, SizeGraph, SizePercent, CloudClusterName from 4.0,
  CloudClusterId from 4.0`,
);
const STATUS = columns(
  `TabletId, ReplicaId, BackendId, Version, LastFailedVersion, LastSuccessVersion, CommittedVersion, SchemaHash,
  VersionNum, IsBad, IsUserDrop, State, Status`,
);

export const REPLICA_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'ADMIN SHOW REPLICA DISTRIBUTION FROM <name:name>',
    by: 'local',
    needs: needsAdmin,
    run: showDistribution,
  },
  {
    kind: 'read',
    form: 'SHOW REPLICA DISTRIBUTION FROM <name:name>',
    by: 'local',
    needs: needsAdmin,
    run: showDistribution,
  },
  { kind: 'read', form: 'ADMIN SHOW REPLICA STATUS FROM <name:name>', by: 'local', needs: needsAdmin, run: showStatus },
  { kind: 'read', form: 'SHOW REPLICA STATUS FROM <name:name>', by: 'local', needs: needsAdmin, run: showStatus },
  {
    // The grammar of 4.0 lost the value.
    kind: 'read',
    form: 'ADMIN SHOW REPLICA STATUS FROM <name:name> WHERE STATUS =',
    from: '4.0',
    by: 'local',
    needs: needsAdmin,
    run: showStatus,
  },
  {
    kind: 'read',
    form: 'ADMIN SHOW REPLICA STATUS FROM <name:name> WHERE STATUS = <status:string>',
    until: '3.0',
    by: 'local',
    needs: needsAdmin,
    run: showStatus,
  },
  {
    kind: 'read',
    form: 'ADMIN SHOW REPLICA STATUS FROM <name:name> WHERE STATUS != <not:string>',
    until: '3.0',
    by: 'local',
    needs: needsAdmin,
    run: showStatus,
  },
];

/** A graph of one character for each percent. */
function showDistribution(execution: Execution, captures: Captures): SqlAnswer {
  const { table: found } = tableOf(execution, valuesOf(captures, 'name'));
  const counts = new Map<string, { replicas: number; bytes: number }>();
  for (const { row } of registeredBackends(execution.state)) counts.set(row.id, { replicas: 0, bytes: 0 });
  for (const tablet of tabletsIn([found])) {
    for (const replica of tablet.replicas) {
      const count = counts.get(replica.backendId);
      if (count === undefined) continue;
      count.replicas += 1;
      count.bytes += tablet.bytes;
    }
  }
  let replicas = 0;
  let bytes = 0;
  for (const count of counts.values()) {
    replicas += count.replicas;
    bytes += count.bytes;
  }
  const rows = [...counts].map(([id, count]): Fields => {
    const ofReplicas = replicas === 0 ? 0 : count.replicas / replicas;
    const ofBytes = bytes === 0 ? 0 : count.bytes / bytes;
    return {
      BackendId: id,
      ReplicaNum: count.replicas,
      ReplicaSize: count.bytes,
      NumGraph: '>'.repeat(Math.floor(ofReplicas * 100)),
      NumPercent: replicas === 0 ? '0.00%' : `${(ofReplicas * 100).toFixed(2)} %`,
      SizeGraph: '>'.repeat(Math.floor(ofBytes * 100)),
      SizePercent: bytes === 0 ? '0.00%' : `${(ofBytes * 100).toFixed(2)} %`,
      CloudClusterName: '',
      CloudClusterId: '',
    };
  });
  return table(execution.version, DISTRIBUTION, rows);
}

function showStatus(execution: Execution, captures: Captures): SqlAnswer {
  const { table: found } = tableOf(execution, valuesOf(captures, 'name'));
  const only = captures.has('status') ? valueOf(captures, 'status') : undefined;
  const not = captures.has('not') ? valueOf(captures, 'not') : undefined;
  const alive = new Set(registeredBackends(execution.state).flatMap(({ row }) => (row.alive ? row.id : [])));
  const rows = eachReplica(found)
    .map(({ partition, tablet, replica }): Fields => {
      return {
        TabletId: tablet.id,
        ReplicaId: replica.id,
        BackendId: replica.backendId,
        Version: partition.visibleVersion,
        LastFailedVersion: -1,
        LastSuccessVersion: partition.visibleVersion,
        CommittedVersion: partition.visibleVersion,
        SchemaHash: schemaHash(found),
        VersionNum: 1,
        IsBad: false,
        IsUserDrop: false,
        State: replica.state,
        Status: alive.has(replica.backendId) ? 'OK' : 'DEAD',
      };
    })
    .filter(({ Status }) => (only === undefined || Status === only) && Status !== not);
  return table(execution.version, STATUS, rows);
}

export function eachReplica(
  found: TableState,
): readonly { readonly partition: PartitionState; readonly tablet: TabletState; readonly replica: ReplicaState }[] {
  return found.partitions.flatMap((partition) =>
    partition.tablets.flatMap((tablet) => tablet.replicas.map((replica) => ({ partition, tablet, replica }))),
  );
}

/** Any number of the table's own. */
export function schemaHash(found: TableState): number {
  return Number(BigInt.asUintN(31, BigInt(found.id) * 2_654_435_761n));
}
