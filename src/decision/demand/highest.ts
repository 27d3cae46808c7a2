import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import { firstFrom } from './first-from.ts';
import { loadPerNode, sizeMeasure } from './measure.ts';
import type { NodeSize } from './measure.ts';

/** The highest demand of one signal over a span of closed slots. */
export interface SignalDemand {
  readonly signal: string;
  /** Undefined = no slot is known, or the capacity is not. */
  readonly nodes: number | undefined;
  readonly slotStartMs: EpochMs | undefined;
  /** The same without utilisation sampled while an operation of ours moved data: only this asks for a scale-out. */
  readonly outNodes: number | undefined;
  readonly outSlotStartMs: EpochMs | undefined;
}

export interface SpanDemand {
  readonly signals: readonly SignalDemand[];
  /** One per slot of the span, oldest first: 1 where every size signal is known. */
  readonly known: Uint8Array;
  readonly span: Interval;
}

/** Load becomes nodes at the targets of today, signal by signal; what was never measured stays unknown. */
export function highestDemand(
  history: LoadHistory | undefined,
  group: GroupPolicy,
  node: NodeSize,
  span: Interval,
): SpanDemand {
  const sized = group.signals.filter((signal) => signal.purpose.kind === 'size');
  const known = new Uint8Array(Math.max(0, Math.round((span.endMs - span.startMs) / SLOT_MS)));
  const signals = sized.map((signal, index): SignalDemand => {
    const slots = history?.signals[signal.name] ?? [];
    const perNode = loadPerNode(signal, node);
    const moved = sizeMeasure(signal) !== 'total';
    const first = firstFrom(slots, span.startMs);
    // A slot that ends after the span is none of it.
    const end = firstFrom(slots, span.endMs - SLOT_MS + 1);
    // Mostly none is missing, and then the index tells the place: of thousands of slots no instant is looked at.
    const firstMs = slots[first]?.slotStartMs ?? 0;
    const isWhole = (slots[end - 1]?.slotStartMs ?? NaN) - firstMs === (end - 1 - first) * SLOT_MS;
    const offset = Math.floor((firstMs - span.startMs) / SLOT_MS) - first;
    let most = 0;
    let mostOut = 0;
    let best: LoadSlot | undefined;
    let bestOut: LoadSlot | undefined;
    for (let at = first; at < end; at += 1) {
      const slot = slots[at];
      if (slot === undefined) break;
      const { load } = slot;
      if (!(load >= 0 && load < Infinity)) continue;
      const place = isWhole ? offset + at : Math.floor((slot.slotStartMs - span.startMs) / SLOT_MS);
      // A slot counts only when every signal before this one knew it too.
      if (known[place] === index) known[place] = index + 1;
      if (load >= most) {
        most = load;
        best = slot;
      }
      if (load >= mostOut && !(moved && slot.migrating)) {
        mostOut = load;
        bestOut = slot;
      }
    }
    const nodes = (slot: LoadSlot | undefined): number | undefined =>
      slot === undefined || perNode === undefined ? undefined : slot.load / perNode;
    return {
      signal: signal.name,
      nodes: nodes(best),
      slotStartMs: best?.slotStartMs,
      outNodes: nodes(bestOut),
      outSlotStartMs: bestOut?.slotStartMs,
    };
  });
  for (let place = 0; place < known.length; place += 1) {
    known[place] = sized.length > 0 && known[place] === sized.length ? 1 : 0;
  }
  return { signals, known, span };
}
