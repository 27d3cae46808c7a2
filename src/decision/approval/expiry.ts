import type { EpochMs } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import { nextWindow, windowAt } from '../windows/effective.ts';

const HOUR_MS = 3_600_000;
/** A yes is for the cluster as it is now, however far the next window is. */
const LONGEST_MS = 7 * 24 * HOUR_MS;

/**
 * Until when an answer counts: the end of the window in which the plan can begin, the present one where an hour of it is left.
 * At most 7 days; so long as well where no window is needed and none opens.
 */
export function expiresAt(windows: WindowsPolicy, at: EpochMs): EpochMs {
  const latest = at + LONGEST_MS;
  let window = windowAt(windows, at) ?? nextWindow(windows, at);
  while (window !== undefined && window.usableUntilMs < at + HOUR_MS) window = nextWindow(windows, window.startMs);
  return Math.min(latest, window?.usableUntilMs ?? latest);
}
