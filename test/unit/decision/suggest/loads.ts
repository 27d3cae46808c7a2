import type { SlotDemand } from '../../../../src/decision/demand/slot-demand.ts';
import { DAY_MS } from '../../../../src/decision/windows/local-date.ts';
import { wallAt } from '../../../../src/decision/windows/zone-offsets.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';

/** Monday 2026-03-02 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 2, 2);

/** Demand in nodes over some days, by the local hour of a day (0 = the first day) and its weekday (0 = Monday). */
export function demandOf(
  nodes: (hour: number, weekday: number, day: number) => number,
  {
    days = 28,
    zone = 'UTC',
    startMs = MONDAY,
  }: { readonly days?: number; readonly zone?: string; readonly startMs?: number } = {},
): SlotDemand {
  const count = (days * DAY_MS) / SLOT_MS;
  const firstDay = Math.floor(wallAt(zone, startMs) / DAY_MS);
  const atTarget = Float64Array.from({ length: count }, (_, place) => {
    const wallMs = wallAt(zone, startMs + place * SLOT_MS);
    const day = Math.floor(wallMs / DAY_MS);
    return nodes((wallMs - day * DAY_MS) / 3_600_000, (((day + 3) % 7) + 7) % 7, day - firstDay);
  });
  const known = Uint8Array.from(atTarget, (value) => (Number.isNaN(value) ? 0 : 1));
  return { startMs, atTarget, atFull: atTarget.map((value) => value * 0.7), known };
}

/** Busy from 8 to 20 on working days, quiet at night. */
export function office(hour: number, weekday: number): number {
  if (weekday >= 5) return 2;
  return hour >= 8 && hour < 20 ? 10 : hour >= 1 && hour < 6 ? 1 : 3;
}
