import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import { firstFrom } from './first-from.ts';
import { fullShare, loadPerNode, sizeMeasure } from './measure.ts';
import type { NodeSize } from './measure.ts';
import { isLoad } from './peaks.ts';

/** The demand of a group slot by slot: the highest of its size signals at the targets of today. */
export interface SlotDemand {
  /** Start of the first slot. */
  readonly startMs: EpochMs;
  /** Nodes that carry the load at the target; NaN where no signal is known. */
  readonly atTarget: Float64Array;
  /** Nodes that carry it at 100 %, disks left out; NaN likewise. */
  readonly atFull: Float64Array;
  /** 1 where every size signal is known. */
  readonly known: Uint8Array;
}

/** Utilisation that was sampled while we moved data ourselves is known, but is no demand. */
export function slotDemand(
  history: LoadHistory | undefined,
  group: GroupPolicy,
  node: NodeSize,
  span: Interval,
): SlotDemand {
  const startMs = Math.ceil(span.startMs / SLOT_MS) * SLOT_MS;
  const count = Math.max(0, Math.floor((span.endMs - startMs) / SLOT_MS));
  const atTarget = new Float64Array(count).fill(NaN);
  const atFull = new Float64Array(count).fill(NaN);
  const known = new Uint8Array(count);
  const sized = group.signals.filter(({ purpose }) => purpose.kind === 'size');
  sized.forEach((signal, index) => {
    const perNode = loadPerNode(signal, node);
    if (perNode === undefined) return;
    const measure = sizeMeasure(signal);
    const share = fullShare(signal);
    const slots = history?.signals[signal.name] ?? [];
    for (let at = firstFrom(slots, startMs); at < slots.length; at += 1) {
      const slot = slots[at];
      if (slot === undefined) break;
      const place = Math.floor((slot.slotStartMs - startMs) / SLOT_MS);
      if (place >= count) break;
      if (!isLoad(slot.load)) continue;
      // A slot counts only when every signal before this one knew it too.
      if (known[place] === index) known[place] = index + 1;
      if (slot.migrating && measure === 'utilisation') continue;
      const nodes = slot.load / perNode;
      raise(atTarget, place, nodes);
      if (measure !== 'bytes') raise(atFull, place, nodes * share);
    }
  });
  for (let place = 0; place < count; place += 1)
    known[place] = sized.length > 0 && known[place] === sized.length ? 1 : 0;
  return { startMs, atTarget, atFull, known };
}

function raise(values: Float64Array, place: number, value: number): void {
  const before = values[place] ?? NaN;
  if (!(before >= value)) values[place] = value;
}
