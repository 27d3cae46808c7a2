import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { GroupMemory, Memory } from '../../domain/memory.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';

/** Until an addition was ever measured. */
const PROVISIONING_MS = 600_000;

/** One addition from its order to its capacity reported: set, measured (p90), or 10 min. */
export function provisioningMs(group: GroupPolicy | undefined, memory: GroupMemory): number {
  return group?.leadTimeMs ?? memory.addDurationMs ?? PROVISIONING_MS;
}

/** Room that an addition asks of a window: its time with safety, and with its undo where a window that closes cancels it. */
export function orderMs(group: GroupPolicy | undefined, policy: ClusterPolicy, memory: GroupMemory): number {
  const { safety, undoMs } = policy.operations;
  return provisioningMs(group, memory) * safety + (policy.windows.onClose === 'cancel' ? undoMs : 0);
}

/** Bytes per second that one backend gives or takes: measured in past drains, else assumed. */
export function migrationRate(policy: ClusterPolicy, memory: Memory): number {
  return memory.migrationRateBytesPerSecond ?? policy.migration.assumedRateBytesPerSecond;
}

/**
 * Until added backends carry their share of the data: total x added / (n + added) at the rate of each backend that takes it,
 * times safety.
 */
export function balancingMs(request: {
  readonly totalBytes: number;
  readonly nodes: number;
  readonly added: number;
  readonly rateBytesPerSecond: number;
  readonly safety: number;
}): number {
  const { totalBytes, nodes, added, rateBytesPerSecond, safety } = request;
  if (added <= 0 || totalBytes <= 0) return 0;
  const perBackend = totalBytes / (nodes + added);
  return (perBackend / rateBytesPerSecond) * 1000 * safety;
}

/** A removal of one backend: p90 of past removals, else bytes / measured rate, else bytes / assumed rate. */
export function removalMs(
  bytes: number,
  removeDurationMs: number | undefined,
  policy: ClusterPolicy,
  memory: Memory,
): number {
  return removeDurationMs ?? (Math.max(0, bytes) / migrationRate(policy, memory)) * 1000;
}
