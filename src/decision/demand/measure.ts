import type { SignalPolicy } from '../../domain/group-policy.ts';

/** How the load of a size signal becomes nodes; undefined for a limit. */
export type SizeMeasure = 'utilisation' | 'bytes' | 'total';

export function sizeMeasure(signal: SignalPolicy): SizeMeasure | undefined {
  if (signal.purpose.kind !== 'size') return undefined;
  if (signal.purpose.form === 'per-node') return 'total';
  return signal.name === 'be_disk' && signal.query === undefined ? 'bytes' : 'utilisation';
}

/**
 * How much load one node carries at the present target: node-equivalents, bytes or the total's unit. Undefined when a disk's
 * capacity is unknown.
 */
export function loadPerNode(signal: SignalPolicy, capacityBytes: number | undefined): number | undefined {
  const { purpose } = signal;
  if (purpose.kind !== 'size') return undefined;
  if (purpose.form === 'per-node') return purpose.perNode;
  if (sizeMeasure(signal) === 'utilisation') return purpose.targetRatio;
  return capacityBytes === undefined || capacityBytes <= 0 ? undefined : purpose.targetRatio * capacityBytes;
}
