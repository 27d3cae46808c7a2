import { coreWeight } from '../../decision/demand/core-weight.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { SignalReading } from '../../domain/signal.ts';

/**
 * What one observation adds to the slot that is still open; only good readings of size signals count. Utilisation is in
 * backends of `referenceCores`.
 */
export function sampleSlots(
  group: GroupPolicy,
  observation: Observation,
  operations: readonly Operation[],
  at: EpochMs,
  referenceCores: number | undefined,
): readonly LoadSlot[] {
  const slotStartMs = Math.floor(at / SLOT_MS) * SLOT_MS;
  const readings = observation.signals.find((signals) => signals.group === group.group)?.readings ?? [];
  const migrating = isMigrating(operations, at, at);
  return readings.flatMap((reading) => {
    if (reading.kind !== 'size' || reading.quality !== 'ok') return [];
    const load = loadOf(reading, group, observation, referenceCores);
    if (load === undefined || !Number.isFinite(load)) return [];
    return [{ signal: reading.signal, slotStartMs, load, samples: 1, nodes: reading.nodes.length, migrating }];
  });
}

/** Summed over the nodes, utilisation weighted by cores; one utilisation for the whole group stands for every backend that serves. */
function loadOf(
  reading: SignalReading,
  group: GroupPolicy,
  { topology }: Observation,
  referenceCores: number | undefined,
): number | undefined {
  if (reading.nodes.length > 0) {
    const reference = reading.measure === 'utilisation' ? referenceCores : undefined;
    return reading.nodes.reduce((sum, node) => sum + node.value * coreWeight(node.capacity, reference), 0);
  }
  if (reading.value === undefined || reading.measure !== 'utilisation') return reading.value;
  if (!topology.known) return undefined;
  const serving = topology.value.backends.filter((backend) => backend.group === group.group && backend.alive);
  return reading.value * serving.length;
}

/** Whether an operation of ours moved data at some time between two instants. */
export function isMigrating(operations: readonly Operation[], from: EpochMs, until: EpochMs): boolean {
  return operations.some((operation) => {
    if (operation.kind !== 'remove-backend' && operation.kind !== 'add-backend') return false;
    return (operation.startedAt ?? operation.createdAt) <= until && (operation.endedAt ?? until) >= from;
  });
}
