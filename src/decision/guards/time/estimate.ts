import type { ClusterPolicy } from '../../../domain/policy.ts';
import { provisioningMs } from '../../sizing/lead-time.ts';
import type { Change } from '../change.ts';

/** Until a removal of a frontend was ever measured. */
const FRONTEND_MS = 600_000;

/** The whole change, before safety: additions run side by side, removals one after another. */
export function changeMs(change: Change): number {
  if (change.direction === 'out') return provisioningMs(change.backend?.group, change.memory);
  if (change.backend === undefined) {
    const { removeDurationMs } = change.memory;
    return removeDurationMs === undefined ? FRONTEND_MS : removeDurationMs * Math.max(1, change.victims.length);
  }
  return change.victims.reduce((sum, victim) => sum + (victim.estimatedMs ?? 0), 0);
}

/** Migration speed outside windows as a share of the speed inside: 1 unless it is throttled by the policy. */
export function outsideShare(policy: ClusterPolicy): number {
  if (policy.windows.onClose === 'finish') return 1;
  const { inWindow, outside } = policy.migration;
  if (outside === undefined) return 1;
  const shares = (['schedule_slot_num_per_hdd_path', 'schedule_slot_num_per_ssd_path'] as const).flatMap((key) => {
    const slow = outside[key];
    // Doris's own defaults where the policy leaves the speed inside untouched.
    const fast = inWindow?.[key] ?? (key === 'schedule_slot_num_per_hdd_path' ? 4 : 8);
    return slow === undefined || fast <= 0 ? [] : [slow / fast];
  });
  return shares.length === 0 ? 1 : Math.min(1, ...shares);
}
