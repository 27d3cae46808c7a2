import { isLoad } from '../../backtest/live/feeds.ts';
import { MINUTE_MS, SLOT_MINUTES } from '../../backtest/trace/trace.ts';
import type { Trace, TraceColumn } from '../../backtest/trace/trace.ts';
import { storedName } from '../../controller/load/signal-slots.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { Interval } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';

/** What the store knows of the load of a group's signals, minute by minute; undefined where it knows none. */
export function storedTrace(
  history: LoadHistory,
  cluster: ClusterPolicy,
  group: GroupPolicy,
  span: Interval,
): Trace | undefined {
  const minutes = Math.floor((span.endMs - span.startMs) / MINUTE_MS);
  const columns = group.signals.filter(isLoad).flatMap((signal): readonly TraceColumn[] => {
    const slots = history.signals[storedName(signal, cluster)] ?? [];
    return slots.length === 0 ? [] : [{ name: signal.name, values: byMinute(slots, span.startMs, minutes) }];
  });
  if (columns.length === 0 || minutes <= 0) return undefined;
  return { name: `${cluster.name} be/${group.group}`, startMs: span.startMs, minutes, columns };
}

function byMinute(slots: readonly LoadSlot[], startMs: number, minutes: number): Float64Array {
  const values = new Float64Array(minutes).fill(NaN);
  for (const { slotStartMs, load } of slots) {
    const minute = (slotStartMs - startMs) / MINUTE_MS;
    if (minute >= 0) values.fill(load, minute, minute + SLOT_MINUTES);
  }
  return values;
}
