import { wholeNodes } from '../../decision/sizing/round.ts';
import { effectiveWindows } from '../../decision/windows/effective.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import { MINUTE_MS } from '../trace/trace.ts';
import type { NeededNodes } from '../world/needed.ts';

/** What every policy that is compared has to live with. */
export interface Problem {
  readonly needed: NeededNodes;
  readonly minutes: number;
  /** The first minute that is paid and judged. */
  readonly first: number;
  /** Nodes at that minute, and whether they were given. */
  readonly start: number;
  readonly isStartGiven: boolean;
  readonly delayMinutes: number;
  readonly min: number;
  readonly max: number;
  readonly step: { readonly out: number; readonly in: number };
  /** Per minute: 1 where the number of nodes may be changed. */
  readonly open: Uint8Array;
  /** The same for growth alone. */
  readonly openToGrow: Uint8Array;
}

const FIRST_DAY_MINUTES = 1440;

export function problemOf(request: {
  readonly needed: NeededNodes;
  readonly first: number;
  /** Undefined = enough at the target for the highest load of the history, or of the first day without one. */
  readonly start: number | undefined;
  readonly delayMinutes: number;
  readonly group: GroupPolicy;
  readonly windows: WindowsPolicy;
}): Problem {
  const { needed, first, delayMinutes, group, windows } = request;
  const minutes = needed.atTarget.length;
  const open = openMinutes(windows, needed, minutes);
  const known = highest(needed.atTarget, 0, first === 0 ? FIRST_DAY_MINUTES : first);
  return {
    needed,
    minutes,
    first,
    start: request.start ?? clamp(nodesFor(known), group),
    isStartGiven: request.start !== undefined,
    delayMinutes,
    min: group.min,
    max: group.max,
    step: group.step,
    open,
    openToGrow: windows.scaleOut === 'anytime' ? new Uint8Array(minutes).fill(1) : open,
  };
}

function openMinutes(windows: WindowsPolicy, { startMs }: NeededNodes, minutes: number): Uint8Array {
  const open = new Uint8Array(minutes);
  for (const { usableFromMs, usableUntilMs } of effectiveWindows(windows, {
    startMs,
    endMs: startMs + minutes * MINUTE_MS,
  })) {
    const from = Math.max(0, Math.ceil((usableFromMs - startMs) / MINUTE_MS));
    open.fill(1, from, Math.max(from, Math.ceil((usableUntilMs - startMs) / MINUTE_MS)));
  }
  return open;
}

/** Rounding asks for no node more; unknown load asks for none. */
export function nodesFor(nodes: number): number {
  return Number.isNaN(nodes) ? 0 : wholeNodes(nodes);
}

export function clamp(nodes: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, nodes));
}

/** 0 where nothing is known. */
export function highest(values: Float64Array, from: number, until: number): number {
  let most = 0;
  for (let index = from; index < Math.min(until, values.length); index += 1) {
    const value = values[index] ?? NaN;
    if (value > most) most = value;
  }
  return most;
}
