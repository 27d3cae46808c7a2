import { stopping } from '../../decision/guards/judge.ts';
import { bindsCluster, highestOf } from '../../decision/guards/metrics.ts';
import type { GroupDecision, GuardVerdict } from '../../domain/decision.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { DecisionRecord } from '../../domain/record.ts';

/** Why a running drain should be cancelled. */
export interface DrainNeed {
  readonly reason: string;
}

/**
 * Watches the evaluations that go on beside a drain. The node is needed again when its group wants more than it has for the
 * stabilization time, when it must grow to min or a floor in this window, when any other group must and only the drain keeps it
 * from that, or when a limit signal of its group or of any frontend stays beyond its bound for that time. Disks of the survivors
 * are looked at with the drain itself, more often than here.
 */
export interface DrainNeeds {
  see(policy: ClusterPolicy, record: DecisionRecord): void;
  /** Why a drain of this backend group should be cancelled. */
  current(group: string): DrainNeed | undefined;
}

export function drainNeeds(): DrainNeeds {
  const since = new Map<string, EpochMs>();
  let ofAll: DrainNeed | undefined;
  let ofGroup = new Map<string, DrainNeed>();
  return {
    see(policy, record) {
      ofAll = undefined;
      ofGroup = new Map();
      // What has lasted is told in another clock.
      if (record.observation.clockJumped) since.clear();
      if (policy.mode === 'observe') return;
      for (const group of record.groups) {
        const floor = belowFloor(group);
        if (floor !== undefined && waitsForDrain(policy, record, group)) ofAll ??= floor;
        if (group.role !== 'backend') continue;
        const stabilizeMs = policy.backends.find((each) => each.group === group.group)?.stabilize.inMs ?? 0;
        const size = lasting(since, `size/${group.group}`, wantsMore(group), stabilizeMs, record.at);
        const limit = lasting(since, `limit/${group.group}`, beyondLimit(record, group), stabilizeMs, record.at);
        // Its own node is given back whatever would hold an addition.
        const need = floor ?? size ?? limit;
        if (need !== undefined) ofGroup.set(group.group, need);
      }
    },
    current: (group) => ofAll ?? ofGroup.get(group),
  };
}

function wantsMore(group: GroupDecision): string | undefined {
  if (group.raw === undefined || group.current === undefined) return undefined;
  if (Math.ceil(group.raw - 1e-9) <= group.current) return undefined;
  return `${group.role}/${group.group} needs ${group.raw.toFixed(1)} nodes and would have ${String(group.current)}`;
}

function belowFloor(group: GroupDecision): DrainNeed | undefined {
  if (!group.toFloor || group.recommended === undefined || group.current === undefined) return undefined;
  if (group.recommended <= group.current) return undefined;
  const outside = group.guards.some((guard) => guard.code === 'outside-window' && guard.verdict === 'hold');
  if (outside) return undefined;
  const text = `${group.role}/${group.group} must grow ${String(group.current)} -> ${String(group.recommended)} in this window`;
  return { reason: `${text} (${group.bindingReason})` };
}

/** Whether growth would begin, or be asked for, without the drain: held by anything else it would gain nothing from its end. */
function waitsForDrain(policy: ClusterPolicy, record: DecisionRecord, group: GroupDecision): boolean {
  if (!stopping(group.guards, 'out').every(endsWithDrain)) return false;
  return group.role !== 'backend' || isServed(policy, record);
}

/** Nothing is asked for while an operation is open; a yes that was refused rests until an instant. */
function endsWithDrain({ code, until }: GuardVerdict): boolean {
  return code === 'operation-open' || (code === 'awaiting-approval' && until === undefined);
}

/** Frontends serve one backend more beside the one that the drain would give back. An observer that comes first counts itself. */
function isServed({ frontend }: ClusterPolicy, { observation: { topology } }: DecisionRecord): boolean {
  if (frontend === undefined || !topology.known) return true;
  const { backends, frontends } = topology.value;
  return backends.length < frontends.length * frontend.backendsPerFrontend.max;
}

/** As at admission: a limit is beyond its bound when it is so on one node. */
function beyondLimit(record: DecisionRecord, group: GroupDecision): string | undefined {
  const readings = record.observation.signals.flatMap((signals) =>
    signals.readings.filter(({ signal }) => signals.group === group.group || bindsCluster(signal)),
  );
  const over = readings.find(
    (reading) => reading.kind === 'limit' && reading.quality === 'ok' && (highestOf(reading) ?? 0) > reading.bound,
  );
  return over === undefined ? undefined : `${over.signal} stays above its limit`;
}

function lasting(
  since: Map<string, EpochMs>,
  name: string,
  reason: string | undefined,
  forMs: number,
  at: EpochMs,
): DrainNeed | undefined {
  if (reason === undefined) {
    since.delete(name);
    return undefined;
  }
  const from = since.get(name) ?? at;
  since.set(name, from);
  return at - from >= forMs ? { reason } : undefined;
}
