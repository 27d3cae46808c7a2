import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Observation } from '../../domain/observation.ts';
import type { SignalReading } from '../../domain/signal.ts';
import type { Required } from './required.ts';

export function readingsOf(observation: Observation, group: GroupPolicy): readonly SignalReading[] {
  return (
    observation.signals.find((signals) => signals.role === 'backend' && signals.group === group.group)?.readings ?? []
  );
}

/** The highest need that a signal asks for whose reading is good now: one such witness suffices for a scale-out. */
export function witnessedNeed(observation: Observation, group: GroupPolicy, required: Required): number | undefined {
  const good = new Set(
    readingsOf(observation, group)
      .filter((reading) => reading.quality === 'ok')
      .map((reading) => reading.signal),
  );
  let highest: number | undefined;
  for (const signal of required.signals) {
    const nodes = good.has(signal.signal) ? signal.outNodes() : undefined;
    if (nodes !== undefined && (highest === undefined || nodes > highest)) highest = nodes;
  }
  return highest;
}
