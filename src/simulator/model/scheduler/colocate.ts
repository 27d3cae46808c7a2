import { configFlag, configNumber } from '../config.ts';
import { backendById, type RegisteredBackend, registeredBackends } from '../queries.ts';
import type { ClusterState } from '../state.ts';
import type { ColocateGroupState } from '../tablets/state.ts';
import { healthOf } from '../tablets/tablet-health.ts';
import { takesReplicas } from './destination.ts';
import type { TabletPlace } from '../tablets/tablet-index.ts';

/**
 * Buckets leave backends that go (a dead one after half an hour) and spread over those that came; their tablets follow. True
 * where one has another place now.
 */
export function placeColocateGroups(state: ClusterState): boolean {
  if (configFlag(state, 'disable_colocate_balance')) return false;
  let isMoved = false;
  for (const group of state.colocateGroups) {
    const before = JSON.stringify(group.placement);
    replaceUnavailable(state, group);
    spread(state, group);
    if (before === JSON.stringify(group.placement)) continue;
    group.stable = false;
    isMoved = true;
    for (const { tablet } of tabletsOfGroup(state, group)) state.scheduler.suspects.add(tablet.id);
  }
  return isMoved;
}

/** A group is stable while each of its tablets lies where its bucket says. How many are not. */
export function settleColocateGroups(state: ClusterState): number {
  let unstable = 0;
  for (const group of state.colocateGroups) {
    if (group.stable) continue;
    group.stable = tabletsOfGroup(state, group).every((place) => healthOf(state, place).status === 'HEALTHY');
    if (!group.stable) unstable += 1;
  }
  return unstable;
}

/** A bucket lies on a dead backend that is still given time to come back. */
export function givesBucketsTime(state: ClusterState): boolean {
  return state.colocateGroups.some(({ placement }) =>
    placement.some((bucket) =>
      bucket.some((id) => backendById(state, id)?.row.alive === false && isAvailable(state, id)),
    ),
  );
}

function replaceUnavailable(state: ClusterState, group: ColocateGroupState): void {
  for (const bucket of group.placement) {
    bucket.forEach((backendId, index) => {
      if (isAvailable(state, backendId)) return;
      const replacement = fewestBuckets(state, group, bucket);
      if (replacement !== undefined) bucket[index] = replacement.row.id;
    });
  }
}

function isAvailable(state: ClusterState, backendId: string): boolean {
  const backend = backendById(state, backendId);
  if (backend === undefined || backend.row.decommissioned || backend.row.shutdown) return false;
  const delayMs = 1000 * configNumber(state, 'colocate_group_relocate_delay_second');
  return backend.row.deadSinceMs === undefined || state.nowMs - backend.row.deadSinceMs < delayMs;
}

function fewestBuckets(
  state: ClusterState,
  group: ColocateGroupState,
  bucket: readonly string[],
): RegisteredBackend | undefined {
  const hosts = new Set(bucket.map((backendId) => backendById(state, backendId)?.host));
  return members(state)
    .filter(({ row, host }) => !bucket.includes(row.id) && !hosts.has(host))
    .toSorted((a, b) => bucketsOn(group, a) - bucketsOn(group, b))[0];
}

/** One bucket at a time goes from the backend with most to the one with fewest, until they differ by one at most. */
function spread(state: ClusterState, group: ColocateGroupState): void {
  const counted = members(state).map((backend) => ({ id: backend.row.id, buckets: bucketsOn(group, backend) }));
  const most = group.buckets * group.replicas;
  for (let moves = 0; moves < most; moves += 1) {
    // Asked for at each round of the checker: not sorted. Of equals the first gives way to the last.
    let [fewest, fullest] = [counted[0], counted[0]];
    for (const one of counted) {
      if (fewest === undefined || one.buckets < fewest.buckets) fewest = one;
      if (fullest === undefined || one.buckets >= fullest.buckets) fullest = one;
    }
    if (fewest === undefined || fullest === undefined || fullest.buckets - fewest.buckets < 2) return;
    const { id: from } = fullest;
    const { id: to } = fewest;
    const bucket = group.placement.find((each) => each.includes(from) && !each.includes(to));
    if (bucket === undefined) return;
    bucket[bucket.indexOf(from)] = to;
    fullest.buckets -= 1;
    fewest.buckets += 1;
  }
}

function members(state: ClusterState): readonly RegisteredBackend[] {
  return registeredBackends(state).filter(
    (backend) => takesReplicas(state, backend) && backend.row.tags['location'] === 'default',
  );
}

function bucketsOn(group: ColocateGroupState, { row }: RegisteredBackend): number {
  return group.placement.filter((bucket) => bucket.includes(row.id)).length;
}

function tabletsOfGroup(state: ClusterState, group: ColocateGroupState): readonly TabletPlace[] {
  return state.databases.flatMap((database) =>
    database.tables
      .filter(({ id }) => group.tableIds.includes(id))
      .flatMap((table) =>
        table.partitions.flatMap((partition) =>
          partition.tablets.map((tablet) => ({ database, table, partition, tablet })),
        ),
      ),
  );
}
