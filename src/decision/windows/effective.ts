import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { DeniedInterval, EffectiveWindow, WindowsPolicy } from '../../domain/window.ts';
import { firstEndingAfter } from './intervals.ts';
import { HORIZON_MS, meets, namesIn, notesOf, resolveWindows } from './resolved-windows.ts';
import type { ResolvedWindow } from './resolved-windows.ts';

/**
 * The windows that meet a range: the union of `allow` less the union of `deny`, merged, each with its true
 * start and end. One that lasts longer than 400 days around the range (`always: true`) is cut there. Pure in policy and
 * range, so a restart or a sleep inside a window changes nothing. No `allow` and no `always` = none.
 */
export function effectiveWindows(policy: WindowsPolicy, range: Interval): readonly EffectiveWindow[] {
  const { windows } = resolveWindows(policy, range);
  const met: EffectiveWindow[] = [];
  for (let index = firstEndingAfter(windows, range.startMs); index < windows.length; index += 1) {
    const window = windows[index];
    if (window === undefined || window.startMs >= range.endMs) break;
    met.push(cut(policy, window, range));
  }
  return met;
}

/** The window that is open at an instant: its start belongs to it, its end does not. */
export function windowAt(policy: WindowsPolicy, at: EpochMs): EffectiveWindow | undefined {
  const { windows } = resolveWindows(policy, { startMs: at, endMs: at });
  const window = windows[firstEndingAfter(windows, at)];
  return window === undefined || window.startMs > at ? undefined : cut(policy, window, { startMs: at, endMs: at });
}

/** The first window that starts after an instant and within the horizon. */
export function nextWindow(
  policy: WindowsPolicy,
  at: EpochMs,
  horizonMs: number = HORIZON_MS,
): EffectiveWindow | undefined {
  const range = { startMs: at, endMs: at + horizonMs };
  const { windows } = resolveWindows(policy, range);
  let index = firstEndingAfter(windows, at);
  if ((windows[index]?.startMs ?? Infinity) <= at) index += 1;
  const window = windows[index];
  return window === undefined || window.startMs > range.endMs ? undefined : cut(policy, window, range);
}

/** Every denial that meets a range, each with its own name and ends; they may overlap. */
export function deniedIntervals(policy: WindowsPolicy, range: Interval): readonly DeniedInterval[] {
  return resolveWindows(policy, range).denied.filter(
    (denied) => denied.endMs > range.startMs && denied.startMs < range.endMs,
  );
}

/** Milliseconds of a range that lie in windows, the guard before each end left out. */
export function usableMs(policy: WindowsPolicy, range: Interval): number {
  const { windows } = resolveWindows(policy, range);
  let sum = 0;
  for (let index = firstEndingAfter(windows, range.startMs); index < windows.length; index += 1) {
    const window = windows[index];
    if (window === undefined || window.startMs >= range.endMs) break;
    const from = Math.max(window.shown.usableFromMs, range.startMs);
    sum += Math.max(0, Math.min(window.shown.usableUntilMs, range.endMs) - from);
  }
  return sum;
}

/** What is longer than the horizon is shown as far as that, so that the answer depends on the range alone. */
function cut(policy: WindowsPolicy, { shown, parts, opens, closes }: ResolvedWindow, range: Interval): EffectiveWindow {
  const earliest = range.startMs - HORIZON_MS;
  const latest = range.endMs + HORIZON_MS;
  if (shown.startMs >= earliest && shown.endMs <= latest) return shown;
  const startMs = Math.max(shown.startMs, earliest);
  const endMs = Math.min(shown.endMs, latest);
  const within = parts.filter((part) => meets(part, { startMs, endMs }));
  return {
    startMs,
    endMs,
    usableFromMs: Math.max(shown.usableFromMs, startMs),
    usableUntilMs: Math.max(startMs, Math.min(shown.usableUntilMs, latest)),
    names: namesIn(policy, within),
    notes: [...notesOf(within), ...(startMs === shown.startMs ? opens : []), ...(endMs === shown.endMs ? closes : [])],
  };
}
