import type { SignalPolicy } from '../../domain/group-policy.ts';

/** How the load of a size signal becomes nodes; undefined for a limit. */
export type SizeMeasure = 'utilisation' | 'bytes' | 'total';

export function sizeMeasure(signal: SignalPolicy): SizeMeasure | undefined {
  if (signal.purpose.kind !== 'size') return undefined;
  if (signal.purpose.form === 'per-node') return 'total';
  return signal.name === 'be_disk' && signal.query === undefined ? 'bytes' : 'utilisation';
}

/** What the backends of a group are like at present. */
export interface NodeSize {
  /** Mean capacity of one backend's disks; undefined = unknown. */
  readonly capacityBytes: number | undefined;
  /** Mean cores of one backend by the group's reference; 1 when unknown. */
  readonly coreWeight: number;
}

/**
 * How much load one node carries at the present target: backends of the reference's cores, bytes or the total's unit. Undefined when a disk's
 * capacity is unknown.
 */
export function loadPerNode(signal: SignalPolicy, { capacityBytes, coreWeight }: NodeSize): number | undefined {
  const { purpose } = signal;
  if (purpose.kind !== 'size') return undefined;
  if (purpose.form === 'per-node') return purpose.perNode;
  if (sizeMeasure(signal) === 'utilisation') return purpose.targetRatio * coreWeight;
  return capacityBytes === undefined || capacityBytes <= 0 ? undefined : purpose.targetRatio * capacityBytes;
}

/** What a total's `perNode` counts as, where a signal names no share. */
const TOTAL_TARGET = 0.7;

/** How busy a node is that carries exactly its target: 1 would be all of it. */
export function fullShare({ purpose }: SignalPolicy): number {
  return purpose.kind === 'size' && purpose.form === 'target' ? purpose.targetRatio : TOTAL_TARGET;
}
