import type { EpochMs } from '../../domain/instant.ts';
import { effectiveWindows } from '../windows/effective.ts';
import type { World } from '../world.ts';

/** In a window that is open for days, growth begins no earlier than this before it must: nodes are paid for. */
const EARLY_MS = 86_400_000;

/** Nodes that must be there, with their data, at an instant. */
export interface Growth {
  readonly byMs: EpochMs;
  readonly added: number;
  /** Operations one after another, each of at most `stepOut` nodes. */
  readonly orders: number;
  readonly stepOut: number;
  readonly provisioningMs: number;
  /** Room that the last order asks of its window. */
  readonly orderMs: number;
  readonly balancingMs: number;
}

export interface GrowthStart {
  /** When growth begins: the start of the last window that still suffices (a day early at most), or the next chance when none does. */
  readonly beginMs: EpochMs;
  /** How late it will be complete; 0 when it is in time. */
  readonly lateMs: number;
  /** Nodes that will be missing when the schedule begins. */
  readonly missingNodes: number;
}

/**
 * The last window that still suffices. Orders begin in windows only, one after another; data moves on after a window closed.
 * Windows are filled from the last one backwards, so that nodes are paid for no longer than needed.
 */
export function growthStart(world: World, growth: Growth, at: EpochMs): GrowthStart {
  const { policy } = world;
  const completeBy = growth.byMs - growth.balancingMs;
  if (policy.windows.scaleOut === 'anytime') {
    const beginMs = completeBy - growth.orders * growth.provisioningMs;
    return beginMs >= at ? { beginMs, lateMs: 0, missingNodes: 0 } : late(growth, at, at);
  }
  const windows = effectiveWindows(policy.windows, { startMs: at, endMs: growth.byMs });
  let orders = growth.orders;
  for (let index = windows.length - 1; index >= 0; index -= 1) {
    const window = windows[index];
    if (window === undefined) break;
    const from = Math.max(window.usableFromMs, at);
    // No order begins that does not fit into its window.
    const last = Math.min(window.usableUntilMs - growth.orderMs, completeBy - growth.provisioningMs);
    const fits = last < from ? 0 : ordersWithin(last - from + growth.provisioningMs, growth.provisioningMs);
    if (fits >= orders) {
      const latest = last - (orders - 1) * growth.provisioningMs;
      return { beginMs: Math.max(window.startMs, latest - EARLY_MS, at), lateMs: 0, missingNodes: 0 };
    }
    orders -= fits;
  }
  const first = windows.find((window) => window.usableUntilMs > at)?.usableFromMs ?? world.nextWindow?.startMs ?? at;
  return late(growth, Math.max(first, at), at);
}

function ordersWithin(roomMs: number, eachMs: number): number {
  if (roomMs <= 0) return 0;
  return eachMs <= 0 ? Infinity : Math.floor(roomMs / eachMs);
}

/** Too late: it begins at the next chance all the same, and says by how much it falls short. */
function late(growth: Growth, beginMs: EpochMs, at: EpochMs): GrowthStart {
  const begin = Math.max(beginMs, at);
  const done = begin + growth.orders * growth.provisioningMs + growth.balancingMs;
  const inTime = ordersWithin(growth.byMs - growth.balancingMs - begin, growth.provisioningMs);
  const there = inTime === Infinity ? growth.added : Math.min(growth.added, inTime * growth.stepOut);
  return { beginMs: begin, lateMs: Math.max(0, done - growth.byMs), missingNodes: growth.added - there };
}
