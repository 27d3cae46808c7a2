import { effectiveWindows } from '../../../decision/windows/effective.ts';
import { formatDuration, formatLocal } from '../../../decision/windows/local-time.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { EffectiveWindow, WindowsPolicy } from '../../../domain/window.ts';
import type { Finding } from '../../problem.ts';
import { warning } from '../../problem.ts';
import type { Locate } from '../../source/located.ts';

const HOUR_MS = 3_600_000;
const LOOK_MS = 28 * 24 * HOUR_MS;
/** What one removal takes until the journal knows better: some 400 GiB at the usual rates. */
const USUAL_CHANGE_MS = 2 * HOUR_MS;

/** Warns when changes that each begin as early as the pause allows leave some window without a start. */
export function checkCooldown(
  cooldownMs: number,
  policy: WindowsPolicy,
  locate: Locate,
  at: EpochMs,
): readonly Finding[] {
  const windows = effectiveWindows(policy, { startMs: at, endMs: at + LOOK_MS }).filter(
    ({ usableFromMs, usableUntilMs }) => usableUntilMs > usableFromMs,
  );
  const missed = missedWindows(windows, cooldownMs);
  const [first] = missed;
  if (first === undefined) return [];
  const when = formatLocal(first.startMs, policy.timezone, at);
  const message = `a pause of ${formatDuration(cooldownMs)} after a change of about ${formatDuration(USUAL_CHANGE_MS)} leaves no start in ${missed.length} of the ${windows.length} windows of the next 28 days, first ${when}`;
  return [warning(locate(), message, rightPause(windows, cooldownMs))];
}

/** The windows without a start, when every change begins at the first instant that window and pause allow. */
function missedWindows(windows: readonly EffectiveWindow[], cooldownMs: number): readonly EffectiveWindow[] {
  let freeMs = Number.NEGATIVE_INFINITY;
  return windows.filter(({ usableFromMs, usableUntilMs }) => {
    const startMs = Math.max(usableFromMs, freeMs);
    if (startMs >= usableUntilMs) return true;
    freeMs = startMs + USUAL_CHANGE_MS + cooldownMs;
    return false;
  });
}

function rightPause(windows: readonly EffectiveWindow[], cooldownMs: number): string {
  for (let hours = Math.ceil(cooldownMs / HOUR_MS) - 1; hours > 0; hours -= 1) {
    if (missedWindows(windows, hours * HOUR_MS).length === 0) return `${hours}h would leave one in each`;
  }
  return '';
}
