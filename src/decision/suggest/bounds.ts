import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { SlotDemand } from '../demand/slot-demand.ts';
import { wholeNodes } from '../sizing/round.ts';

/** Fewer storage backends are never left. */
const FEWEST = 3;
/** More than this is needed nearly all of the time. */
const LOW_QUANTILE = 0.05;
/** Room above the highest load, for growth. */
const ROOM = 1.3;

/** Bounds of a group, and the demand behind them. */
export interface SuggestedBounds {
  readonly min: number;
  readonly max: number;
  /** Nodes, at the targets: exceeded for 95 % of the time. */
  readonly lowNodes: number;
  readonly highestNodes: number;
}

/** The number that a group should never go below or above; undefined while nothing of its load is known. */
export function suggestBounds(
  group: GroupPolicy,
  demand: SlotDemand,
  { present, diskNodes }: { readonly present: number | undefined; readonly diskNodes: number | undefined },
): SuggestedBounds | undefined {
  const known = demand.atTarget.filter((nodes) => !Number.isNaN(nodes)).toSorted();
  const lowNodes = known[Math.floor(LOW_QUANTILE * known.length)];
  const highestNodes = known.at(-1);
  if (lowNodes === undefined || highestNodes === undefined) return undefined;
  // What the schedules of the policy ask for stays possible.
  const floors = group.schedule.map(({ min }) => min ?? 0);
  const ceilings = group.schedule.map(({ max }) => max ?? Infinity);
  const min = Math.min(Math.max(FEWEST, wholeNodes(lowNodes), wholeNodes(diskNodes ?? 0)), ...ceilings);
  const max = Math.max(
    min,
    wholeNodes(highestNodes * ROOM),
    wholeNodes((diskNodes ?? 0) * ROOM),
    present ?? 0,
    ...floors,
  );
  return { min, max, lowNodes, highestNodes };
}
