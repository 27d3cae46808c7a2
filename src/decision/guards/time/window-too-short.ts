import type { EpochMs } from '../../../domain/instant.ts';
import { formatDuration, formatLocal } from '../../windows/local-time.ts';
import type { World } from '../../world.ts';
import { drainCourse } from './drain-course.ts';
import { changeMs } from './estimate.ts';
import type { Guard, Judgement } from '../guard.ts';
import { hold, pass } from '../guard.ts';
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
  const course = drainCourse(policy, begin, needMs);
  const local = (instant: EpochMs): string => formatLocal(instant, policy.windows.timezone, at);
  const need = `about ${formatDuration(needMs)} with safety ${String(safety)}`;
  if (course.endMs === undefined) {
    return hold(
      `${need}; until the deadline of ${formatDuration(deadlineMs)} there is room for ${formatDuration(course.doneMs)}`,
      next,
    );
  }
  if (course.takenOutAt === undefined) {
    return hold(
      `${need}: drained about ${local(course.endMs)}, and no window opens after that to take it out in`,
      next,
    );
  }
  const over = course.windows === 1 ? 'in this window' : `over ${String(course.windows)} windows`;
  return pass(`${need}: drained about ${local(course.endMs)} ${over}, taken out ${local(course.takenOutAt)}`);
}
