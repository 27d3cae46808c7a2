import type { ClusterEvidence, TabletWalk } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { countOf, namesText } from '../../explain/text.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';
import { INTERNAL_REPLICAS, hostsOf } from './places.ts';

/** Hosts that could hold replicas of the tag; without a victim, those left if the one went that costs the fewest. */
export function internalTables(question: RemovalQuestion): Finding {
  const hosts = hostsLeft(question);
  const left = `storage backends on ${countOf(hosts, 'host')} would be left`;
  return hosts < INTERNAL_REPLICAS
    ? holds(
        `${left}, ${String(INTERNAL_REPLICAS)} are needed: Doris keeps ${String(INTERNAL_REPLICAS)} replicas of its own tables (__internal_schema) and never lowers them`,
      )
    : passes(left);
}

/** Doris puts no two replicas of a tablet on one host. */
export function replicaPlaces(question: RemovalQuestion, { replication }: TabletWalk): Finding {
  if (!replication.known) return unread('replication', replication);
  const hosts = hostsLeft(question);
  const own = replication.value.filter(({ group }) => group === question.group);
  const need = own.find(({ replicas }) => replicas > hosts);
  if (need !== undefined)
    return holds(
      `${need.table} has ${countOf(need.replicas, 'replica')} and ${countOf(hosts, 'host')} would be left for them`,
    );
  const most = Math.max(0, ...own.map(({ replicas }) => replicas));
  return passes(`every table keeps its replicas (${String(most)} at most)`);
}

/** Tables with one replica move with a drain, but not away from a backend that is not alive. */
export function singleReplicas(question: RemovalQuestion, { singleReplicaTables }: TabletWalk): Finding {
  const dead = question.backends.find(({ alive }) => !alive);
  if (question.singleReplica === 'move' && dead === undefined)
    return passes('singleReplica: move, and every backend is alive');
  if (!singleReplicaTables.known) return unread('tables with one replica', singleReplicaTables);
  const tables = singleReplicaTables.value.filter(({ group }) => group === question.group).map(({ table }) => table);
  if (tables.length === 0) return passes('no table has one replica on this tag');
  return question.singleReplica === 'refuse'
    ? holds(`${namesText(tables)}: one replica (singleReplica: refuse)`)
    : holds(`${namesText(tables)}: one replica, and ${dead?.address ?? 'a backend'} is not alive`);
}

/** Before 2.0.10 and 2.1.3 it only looks whether the backends exist: never a proof by itself. */
export function ownDryRun({ leaving }: RemovalQuestion, { ownCheck }: ClusterEvidence): Finding {
  if (ownCheck === undefined) return passes("the FE's own check could not be reached");
  const { refusal, allowed = 0 } = ownCheck;
  if (refusal === undefined) return passes("the FE's own check does not refuse");
  return leaving.length > 0 && leaving.length <= allowed
    ? passes(`the FE's own check does not refuse ${String(allowed)} of those that were to leave`)
    : holds(`the FE's own check refuses: ${refusal}`);
}

/**
 * Nothing is taken from a cluster that is not whole. One that shuts down is alive still, and is emptied as if it were leaving; one
 * that misses heartbeats which the FE tolerates may be dead by now.
 */
export function everyBackendAlive({ backends }: Pick<RemovalQuestion, 'backends'>): Finding {
  if (backends.every(isWell)) return passes('every backend is alive');
  const names = (some: readonly Backend[], one: string, many: string): string =>
    `${namesText(some.map(({ address }) => address))} ${some.length === 1 ? one : many}`;
  const dead = backends.filter(({ alive }) => !alive);
  if (dead.length > 0) return holds(names(dead, 'is not alive', 'are not alive'));
  const ending = backends.filter(({ shutdown }) => shutdown);
  if (ending.length > 0) return holds(names(ending, 'is shutting down', 'are shutting down'));
  return {
    is: 'unread',
    detail: names(
      backends.filter((each) => !isWell(each)),
      'misses heartbeats',
      'miss heartbeats',
    ),
  };
}

function isWell({ alive, shutdown, heartbeatFailures }: Backend): boolean {
  return alive && !shutdown && heartbeatFailures === 0;
}

/** Without a victim it is as if the one went that costs the fewest hosts: one that shares its host, if there is any. */
function hostsLeft({ leaving, keeping }: RemovalQuestion): number {
  const hosts = hostsOf(keeping);
  return leaving.length === 0 && hosts === keeping.length ? Math.max(0, hosts - 1) : hosts;
}
