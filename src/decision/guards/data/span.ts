import type { EpochMs } from '../../../domain/instant.ts';
import type { ClusterPolicy } from '../../../domain/policy.ts';
import { nextWindow } from '../../windows/effective.ts';

/** Where no further window is known. */
const NO_WINDOW_MS = 7 * 86_400_000;

/** How long the rest must do without help: until the next window, or until the removal has ended if that is later. */
export function spanMs(policy: Pick<ClusterPolicy, 'windows'>, at: EpochMs, removalMs: number): number {
  const { windows } = policy;
  const next = nextWindow(windows, at)?.startMs;
  const untilNextMs = next === undefined ? (windows.always ? 0 : NO_WINDOW_MS) : next - at;
  return Math.max(untilNextMs, removalMs);
}
