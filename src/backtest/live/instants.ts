import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import { effectiveWindows } from '../../decision/windows/effective.ts';
import { scheduleInstances } from '../../decision/windows/schedule-instances.ts';
import { MINUTE_MS } from '../trace/trace.ts';

/**
 * When the daemon could change something: whenever a slot closes inside a window (any time where growth needs none), and when a
 * schedule begins or ends. Also as long before a window as needs are stabilized over, since it begins with what they were.
 */
export function decisionInstants(policy: ClusterPolicy, range: Interval): readonly EpochMs[] {
  const instants = new Set<EpochMs>();
  const slots = (fromMs: EpochMs, untilMs: EpochMs): void => {
    const end = Math.min(untilMs, range.endMs);
    for (let at = Math.ceil(Math.max(fromMs, range.startMs) / SLOT_MS) * SLOT_MS; at < end; at += SLOT_MS)
      instants.add(at);
  };
  const calmMs = Math.max(0, ...policy.backends.map(({ stabilize }) => Math.max(stabilize.inMs, stabilize.outMs)));
  if (policy.windows.scaleOut === 'anytime') slots(range.startMs, range.endMs);
  else {
    const wider = { startMs: range.startMs, endMs: range.endMs + calmMs };
    for (const { startMs, endMs } of effectiveWindows(policy.windows, wider)) slots(startMs - calmMs, endMs);
  }
  for (const { schedule } of policy.backends) {
    for (const each of schedule) {
      for (const { startMs, endMs } of scheduleInstances(each, policy.windows.timezone, range)) {
        for (const edge of [startMs, endMs]) {
          const at = Math.ceil(edge / MINUTE_MS) * MINUTE_MS;
          if (at >= range.startMs && at < range.endMs) instants.add(at);
        }
      }
    }
  }
  return [...instants].sort((a, b) => a - b);
}
