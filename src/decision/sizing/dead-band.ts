import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Required } from './required.ts';

const HALF_A_NODE = 0.5;

/**
 * Room that must stay after nodes were taken away, in nodes: at most half a node. What was forecast has its headroom already, as
 * much as the errors of the past ask for; it gets no other on top.
 */
export function deadBandNodes(group: GroupPolicy, required: Pick<Required, 'forecast'>, need: number): number {
  return required.forecast === undefined ? Math.min(group.deadBandRatio * need, HALF_A_NODE) : 0;
}
