import { loadText, openWindowText } from '../../explain/text.ts';
import { formatDuration, formatLocal } from '../../windows/local-time.ts';
import type { World } from '../../world.ts';
import type { Change } from '../change.ts';
import type { Guard } from '../guard.ts';
import { hold, pass } from '../guard.ts';

/** Growth that the policy frees from windows: written out as `scaleOut: anytime`, or an emergency that lasts. */
export function needsNoWindow(change: Pick<Change, 'direction'>, { policy, emergency }: World): boolean {
  return change.direction === 'out' && (policy.windows.scaleOut === 'anytime' || emergency);
}

export const outsideWindow: Guard = (change, world) => {
  const { policy, window, nextWindow, at } = world;
  if (window !== undefined) return pass(openWindowText(window, at));
  if (needsNoWindow(change, world)) {
    return pass(
      policy.windows.scaleOut === 'anytime'
        ? 'scaleOut: anytime needs no window'
        : 'the emergency overrides the window',
    );
  }
  if (nextWindow === undefined) return hold('no window opens within 400 days');
  const { startMs } = nextWindow;
  return hold(
    `the next window (${nextWindow.names.join(', ')}) opens ${formatLocal(startMs, policy.windows.timezone, at)} (in ${formatDuration(startMs - at)})`,
    startMs,
  );
};

/** The second witness, for the first statement of an operation. Unknown is not idle. */
export const notIdle: Guard = (change, world) => {
  const conditions = world.policy.windows.idle;
  if (conditions.length === 0) return pass('no idle condition');
  if (change.toFloor) return pass('growth to min or a floor does not ask whether the cluster is idle');
  if (needsNoWindow(change, world)) return pass('growth that needs no window does not ask whether the cluster is idle');
  for (const condition of conditions) {
    const reading = world.observation.idle.find(
      (each) => each.signal === condition.signal && each.below === condition.below,
    );
    if (reading === undefined) return hold(`${condition.signal} could not be read`);
    if (reading.state === 'idle') continue;
    const bound = `below ${loadText(condition.below, condition.signal)} for ${formatDuration(condition.forMs)} is asked`;
    if (reading.state === 'unknown') return hold(`${condition.signal} is unknown: ${reading.detail}`);
    const value = reading.value === undefined ? 'is busy' : `is ${loadText(reading.value, condition.signal)}`;
    return hold(`${condition.signal} ${value}, ${bound}${reading.detail === '' ? '' : `: ${reading.detail}`}`);
  }
  return pass('the cluster is idle');
};
