import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import { effectiveWindows } from '../windows/effective.ts';
import type { World } from '../world.ts';
import { changeMs, outsideShare } from './estimate.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';
import { needsNoWindow } from './windows.ts';

/** Whether a change fits: wholly (an addition, or onClose: cancel), or over several windows until the deadline. */
export const windowTooShort: Guard = (change, world) => {
  const { policy, window, nextWindow, at } = world;
  if (change.direction === undefined) return pass('nothing is to be fitted');
  if (needsNoWindow(change, world)) return pass('growth that needs no window');
  const next = nextWindow === undefined ? undefined : nextWindow.startMs;
  // Shut: judged for the next window; outside-window holds meanwhile.
  const judged = window ?? nextWindow;
  if (judged === undefined) return hold('no window opens within 400 days');
  const begin = Math.max(at, judged.usableFromMs);
  const { safety, undoMs } = policy.operations;
  const needMs = changeMs(change) * safety;
  const whole = change.direction === 'out' || policy.windows.onClose === 'cancel' || change.backend === undefined;
  const roomMs = judged.usableUntilMs - begin;
  const left = `${formatDuration(roomMs)} of the window are usable`;
  if (whole) {
    const allMs = needMs + (policy.windows.onClose === 'cancel' ? undoMs : 0);
    const text = `about ${formatDuration(allMs)} with safety ${String(safety)}${policy.windows.onClose === 'cancel' ? ' and undo' : ''}, ${left}`;
    return roomMs > 0 && allMs <= roomMs ? pass(text) : hold(text, next);
  }
  if (roomMs <= 0) return hold(`about ${formatDuration(needMs)} with safety ${String(safety)}, ${left}`, next);
  return overWindows(world, begin, needMs, next);
};

/** A drain goes on between windows, at the speed that onClose leaves it, until the operation's deadline. */
function overWindows(world: World, begin: EpochMs, needMs: number, next: EpochMs | undefined): Judgement {
  const { policy, at } = world;
  const { deadlineMs, safety } = policy.operations;
  const course = courseOf(policy, begin, needMs);
  const local = (instant: EpochMs): string => formatLocal(instant, policy.windows.timezone, at);
  const need = `about ${formatDuration(needMs)} with safety ${String(safety)}`;
  if (course.endMs === undefined) {
    return hold(
      `${need}; until the deadline of ${formatDuration(deadlineMs)} there is room for ${formatDuration(course.doneMs)}`,
      next,
    );
  }
  const over = course.windows === 1 ? 'in this window' : `over ${String(course.windows)} windows`;
  const out = course.takenOutAt === undefined ? '' : `, taken out ${local(course.takenOutAt)}`;
  return pass(`${need}: drained about ${local(course.endMs)} ${over}${out}`);
}

interface Course {
  /** Work done until the deadline, in time at the speed inside windows. */
  readonly doneMs: number;
  /** When all is moved; undefined = not before the deadline. */
  readonly endMs: EpochMs | undefined;
  readonly windows: number;
  /** In the window that is open then, or the next. */
  readonly takenOutAt: EpochMs | undefined;
}

function courseOf(policy: ClusterPolicy, begin: EpochMs, needMs: number): Course {
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
  const ended = endMs;
  const horizon = effectiveWindows(policy.windows, {
    startMs: ended,
    endMs: ended + policy.operations.deadlineMs + 31 * 86_400_000,
  });
  const out = horizon.find((window) => window.usableUntilMs > ended);
  return {
    doneMs: needMs,
    endMs,
    windows: Math.max(1, touched),
    takenOutAt: out === undefined ? undefined : Math.max(out.startMs, ended),
  };
}
