import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import { firstFrom } from './first-from.ts';
import { loadPerNode, sizeMeasure } from './measure.ts';
import type { NodeSize } from './measure.ts';
import { isLoad, peaksOf } from './peaks.ts';

/** The highest demand of one signal over a span of closed slots. */
export interface SignalDemand {
  readonly signal: string;
  /** Undefined = no slot is known, or the capacity is not. */
  readonly nodes: number | undefined;
  readonly slotStartMs: EpochMs | undefined;
  /** The same without utilisation sampled while an operation of ours moved data: only this asks for a scale-out. */
  readonly outNodes: () => number | undefined;
  readonly outSlotStartMs: EpochMs | undefined;
}

export interface SpanDemand {
  readonly signals: readonly SignalDemand[];
  /** One per slot of the span, oldest first: 1 where every size signal is known. */
  readonly known: () => Uint8Array;
  /** Slots of the signal that is known least: no more can be known of all. */
  readonly mostKnown: number;
  readonly spanSlots: number;
}

/** Load becomes nodes at the targets of today, signal by signal; what was never measured stays unknown. */
export function highestDemand(
  history: LoadHistory | undefined,
  group: GroupPolicy,
  node: NodeSize,
  span: Interval,
): SpanDemand {
  const sized = group.signals.filter((signal) => signal.purpose.kind === 'size');
  const spanSlots = Math.max(0, Math.round((span.endMs - span.startMs) / SLOT_MS));
  let mostKnown = sized.length > 0 ? spanSlots : 0;
  const signals = sized.map((signal): SignalDemand => {
    const slots = history?.signals[signal.name] ?? [];
    const perNode = loadPerNode(signal, node);
    const peaks = peaksOf(slots, firstFrom(slots, span.startMs), firstFrom(slots, span.endMs - SLOT_MS + 1));
    const { highest } = peaks;
    const out = sizeMeasure(signal) === 'total' ? highest : peaks.highestCalm;
    mostKnown = Math.min(mostKnown, peaks.known);
    const outNodes = (): number | undefined => nodes(out);
    const nodes = (slot: LoadSlot | undefined): number | undefined =>
      slot === undefined || perNode === undefined ? undefined : slot.load / perNode;
    return {
      signal: signal.name,
      nodes: nodes(highest),
      slotStartMs: highest?.slotStartMs,
      outNodes,
      outSlotStartMs: out?.slotStartMs,
    };
  });
  return { signals, known: () => knownSlots(sized, history, span, spanSlots), mostKnown, spanSlots };
}

function knownSlots(
  sized: readonly SignalPolicy[],
  history: LoadHistory | undefined,
  span: Interval,
  spanSlots: number,
): Uint8Array {
  const known = new Uint8Array(spanSlots);
  sized.forEach(({ name }, index) => {
    const slots = history?.signals[name] ?? [];
    for (let at = firstFrom(slots, span.startMs); at < slots.length; at += 1) {
      const slot = slots[at];
      if (slot === undefined || slot.slotStartMs > span.endMs - SLOT_MS) break;
      if (!isLoad(slot.load)) continue;
      const place = Math.floor((slot.slotStartMs - span.startMs) / SLOT_MS);
      // A slot counts only when every signal before this one knew it too.
      if (known[place] === index) known[place] = index + 1;
    }
  });
  for (let place = 0; place < known.length; place += 1) {
    known[place] = sized.length > 0 && known[place] === sized.length ? 1 : 0;
  }
  return known;
}
