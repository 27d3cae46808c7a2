import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Required } from './required.ts';

const HALF_A_NODE = 0.5;

/**
 * Room that must stay after nodes were taken away, in nodes: at most half a node, and none on top of headroom that the need
 * holds already: the larger of the two counts.
 */
export function deadBandNodes(group: GroupPolicy, required: Required, need: number): number {
  const band = Math.min(group.deadBandRatio * need, HALF_A_NODE);
  return Math.max(0, band - required.headroomNodes);
}
