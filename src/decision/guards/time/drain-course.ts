import type { EpochMs } from '../../../domain/instant.ts';
import type { ClusterPolicy } from '../../../domain/policy.ts';
import { effectiveWindows, nextWindow, windowAt } from '../../windows/effective.ts';
import { outsideShare } from './estimate.ts';

/** How a drain goes on between windows, at the speed that onClose leaves it, until the operation's deadline. */
export interface DrainCourse {
  /** Work done until the deadline, in time at the speed inside windows. */
  readonly doneMs: number;
  /** When all is moved; undefined = not before the deadline. */
  readonly endMs: EpochMs | undefined;
  readonly windows: number;
  /** In the window that is open then, or the next; undefined = no window opens any more. */
  readonly takenOutAt: EpochMs | undefined;
}

/** `needMs`: at the speed inside windows. */
export function drainCourse(policy: ClusterPolicy, begin: EpochMs, needMs: number): DrainCourse {
  const share = outsideShare(policy);
  const deadline = begin + policy.operations.deadlineMs;
  const windows = effectiveWindows(policy.windows, { startMs: begin, endMs: deadline });
  let at = begin;
  let doneMs = 0;
  let touched = 0;
  const work = (until: EpochMs, rate: number): EpochMs | undefined => {
    const length = Math.max(0, until - at);
    const missing = needMs - doneMs;
    if (length * rate >= missing) return at + (rate <= 0 ? 0 : missing / rate);
    doneMs += length * rate;
    at = Math.max(at, until);
    return undefined;
  };
  let endMs: EpochMs | undefined;
  for (const window of windows) {
    endMs = work(Math.min(window.usableFromMs, deadline), share);
    if (endMs !== undefined) break;
    touched += 1;
    endMs = work(Math.min(window.usableUntilMs, deadline), 1);
    if (endMs !== undefined) break;
  }
  endMs ??= work(deadline, share);
  if (endMs === undefined) return { doneMs, endMs, windows: touched, takenOutAt: undefined };
  return { doneMs: needMs, endMs, windows: Math.max(1, touched), takenOutAt: usableFrom(policy, endMs) };
}

/** The first instant from then on that lies in the usable part of a window; undefined = never again. */
function usableFrom(policy: ClusterPolicy, at: EpochMs): EpochMs | undefined {
  const window = windowAt(policy.windows, at);
  if (window !== undefined && window.usableUntilMs > at) return at;
  let next = nextWindow(policy.windows, at);
  while (next !== undefined && next.usableUntilMs <= next.startMs) next = nextWindow(policy.windows, next.startMs);
  return next?.usableFromMs;
}

/** When a backend leaves whose removal begins at an instant, as far as that can be told. */
export function takenOutAt(policy: ClusterPolicy, begin: EpochMs, needMs: number): EpochMs {
  const { endMs = begin + needMs, takenOutAt: at = endMs } = drainCourse(policy, begin, needMs);
  return at;
}

/** Whether a removal that begins at an instant of a window comes to its end, as `window-too-short` asks; `needMs` is with safety. */
export function drainFits(policy: ClusterPolicy, begin: EpochMs, usableUntilMs: EpochMs, needMs: number): boolean {
  const { windows, operations } = policy;
  if (windows.onClose === 'cancel') return begin + needMs + operations.undoMs <= usableUntilMs;
  if (begin + needMs <= usableUntilMs) return true;
  const isInTime = needMs <= operations.deadlineMs * outsideShare(policy);
  return isInTime
    ? nextWindow(windows, usableUntilMs) !== undefined
    : drainCourse(policy, begin, needMs).takenOutAt !== undefined;
}
