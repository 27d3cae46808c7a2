import type { ClusterPolicy } from '../../../domain/policy.ts';
import type { DeniedInterval, EffectiveWindow } from '../../../domain/window.ts';
import { instantText } from '../instants.ts';

/** One cluster of `windows --json`: stable. */
export function windowsBody(
  cluster: ClusterPolicy,
  windows: readonly EffectiveWindow[],
  denied: readonly DeniedInterval[],
) {
  return {
    name: cluster.name,
    timezone: cluster.windows.timezone,
    windows: windows.map((window) => ({
      start: instantText(window.startMs),
      end: instantText(window.endMs),
      names: window.names,
      usableFrom: instantText(window.usableFromMs),
      usableUntil: instantText(window.usableUntilMs),
      notes: window.notes,
    })),
    denied: denied.map(({ startMs, endMs, name }) => ({ start: instantText(startMs), end: instantText(endMs), name })),
  };
}
