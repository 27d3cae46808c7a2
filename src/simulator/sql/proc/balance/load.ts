import { diskUse, type RegisteredBackend, registeredBackends, tabletNum } from '../../../model/queries.ts';
import type { ClusterState, DiskState } from '../../../model/state.ts';

export type LoadClass = 'LOW' | 'MID' | 'HIGH';

export interface BackendLoad {
  readonly backend: RegisteredBackend;
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly replicas: number;
  readonly capacityCoefficient: number;
  readonly replicaCoefficient: number;
  readonly score: number;
  readonly loadClass: LoadClass;
}

/** balance_load_score_threshold */
const THRESHOLD = 0.1;

/** ClusterLoadStatistic: the backends of a tag that are not leaving, by score. */
export function loadsOf(state: ClusterState, tag: string, medium: DiskState['medium']): readonly BackendLoad[] {
  const measured = registeredBackends(state)
    .filter(({ row }) => row.tags['location'] === tag && row.alive && !row.decommissioned && !row.shutdown)
    .map((backend) => {
      const disks = diskUse(state, backend).filter((disk) => disk.medium === medium && disk.online);
      const totalBytes = disks.reduce((sum, disk) => sum + disk.totalBytes, 0);
      const freeBytes = disks.reduce((sum, disk) => sum + disk.availableBytes, 0);
      return { backend, totalBytes, usedBytes: totalBytes - freeBytes, replicas: tabletNum(state, backend.row.id) };
    })
    .filter(({ totalBytes }) => totalBytes > 0);
  const usedRatio = average(measured, ({ usedBytes, totalBytes }) => usedBytes / totalBytes);
  const replicas = average(measured, (each) => each.replicas);
  const capacityCoefficient = coefficientOf(usedRatio);
  const replicaCoefficient = 1 - capacityCoefficient;
  const scored = measured.map((each) => ({
    ...each,
    capacityCoefficient,
    replicaCoefficient,
    score:
      (capacityCoefficient * (each.usedBytes / each.totalBytes)) / (usedRatio || 1) +
      (replicaCoefficient * each.replicas) / (replicas || 1),
  }));
  const score = average(scored, (each) => each.score);
  return scored
    .map((each) => ({ ...each, loadClass: classOf(each.score, score) }))
    .toSorted((a, b) => a.score - b.score);
}

/** The fuller the disks, the more capacity counts beside the number of replicas. */
function coefficientOf(usedRatio: number): number {
  if (usedRatio < 0.5) return 0.5;
  return usedRatio > 0.75 ? 0.99 : 2 * usedRatio - 0.5;
}

function classOf(score: number, averageScore: number): LoadClass {
  if (Math.abs(score - averageScore) / (averageScore || 1) <= THRESHOLD) return 'MID';
  return score > averageScore ? 'HIGH' : 'LOW';
}

function average<T>(items: readonly T[], valueOf: (item: T) => number): number {
  if (items.length === 0) return 0;
  return items.reduce((sum, item) => sum + valueOf(item), 0) / items.length;
}

/** Resource tags of the registered backends, in their order of appearance. */
export function tagsOf(state: ClusterState): readonly string[] {
  return [...new Set(registeredBackends(state).flatMap(({ row }) => row.tags['location'] ?? []))];
}
