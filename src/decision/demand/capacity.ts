import type { Backend } from '../../domain/topology.ts';

/** Mean capacity of the disks of one backend; undefined while no backend has reported its disks. */
export function meanCapacity(members: readonly Backend[]): number | undefined {
  let sum = 0;
  let count = 0;
  for (const backend of members) {
    if (backend.totalBytes <= 0) continue;
    sum += backend.totalBytes;
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}
