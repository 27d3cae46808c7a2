import { fullShare, loadPerNode } from '../../decision/demand/measure.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { isLoad } from '../live/feeds.ts';
import type { Feed } from '../live/feeds.ts';
import { minutesOf } from '../trace/trace.ts';

/** Load as nodes, minute by minute; NaN = unknown. */
export interface NeededNodes {
  readonly startMs: EpochMs;
  /** Nodes that carry it at the target. */
  readonly atTarget: Float64Array;
  /** Nodes that carry it at 100 %. */
  readonly atFull: Float64Array;
}

/** The highest of all signals that size; a minute that one of them does not know is unknown. */
export function neededNodes(
  feeds: readonly Feed[],
  span: { readonly startMs: EpochMs; readonly minutes: number },
): NeededNodes {
  const atTarget = minutesOf(span.minutes);
  const atFull = minutesOf(span.minutes);
  let isFirst = true;
  for (const { signal, column } of feeds) {
    if (!isLoad(signal)) continue;
    const perNode = loadPerNode(signal, { capacityBytes: undefined, coreWeight: 1 }) ?? NaN;
    const full = perNode / fullShare(signal);
    const { values } = column;
    for (let minute = 0; minute < span.minutes; minute += 1) {
      const load = values[minute] ?? NaN;
      if (isFirst) {
        atTarget[minute] = load / perNode;
        atFull[minute] = load / full;
        continue;
      }
      // Math.max keeps NaN: what one of them does not know is not known.
      atTarget[minute] = Math.max(atTarget[minute] ?? 0, load / perNode);
      atFull[minute] = Math.max(atFull[minute] ?? 0, load / full);
    }
    isFirst = false;
  }
  return { startMs: span.startMs, atTarget, atFull };
}
