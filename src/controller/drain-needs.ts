import type { GroupDecision } from '../domain/decision.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';

/** Why a running drain should be cancelled. A full disk cancels it even when nearly all is moved. */
export interface DrainNeed {
  readonly reason: string;
  readonly disk: boolean;
}

/**
 * Watches the evaluations that go on beside a drain. The node is needed again when its group wants more than it has for the
 * stabilization time, when any group must grow to min or a floor, when a limit signal stays beyond its bound for that time,
 * or as soon as a survivor's disk passes disk.cancel.
 */
export interface DrainNeeds {
  see(policy: ClusterPolicy, record: DecisionRecord): void;
  current(): DrainNeed | undefined;
}

export function drainNeeds(): DrainNeeds {
  const since = new Map<string, EpochMs>();
  let need: DrainNeed | undefined;
  return {
    see(policy, record) {
      need = undefined;
      if (policy.mode !== 'act') return;
      for (const group of record.groups) {
        if (group.role !== 'backend') continue;
        need ??= fullDisk(policy, record, group) ?? floorMustBegin(group);
        const stabilizeMs = policy.backends.find((each) => each.group === group.group)?.stabilize.inMs ?? 0;
        need ??= lasting(since, `size/${group.group}`, wantsMore(group), stabilizeMs, record.at);
        need ??= lasting(since, `limit/${group.group}`, beyondLimit(record, group), stabilizeMs, record.at);
      }
    },
    current: () => need,
  };
}

function wantsMore(group: GroupDecision): string | undefined {
  if (group.raw === undefined || group.current === undefined) return undefined;
  if (Math.ceil(group.raw - 1e-9) <= group.current) return undefined;
  return `${group.role}/${group.group} needs ${group.raw.toFixed(1)} nodes and would have ${String(group.current)}`;
}

function floorMustBegin(group: GroupDecision): DrainNeed | undefined {
  if (!group.toFloor || group.recommended === undefined || group.current === undefined) return undefined;
  if (group.recommended <= group.current) return undefined;
  const outside = group.guards.some((guard) => guard.code === 'outside-window' && guard.verdict === 'hold');
  if (outside) return undefined;
  const text = `${group.role}/${group.group} must grow ${String(group.current)} -> ${String(group.recommended)} in this window`;
  return { reason: `${text} (${group.bindingReason})`, disk: false };
}

function beyondLimit(record: DecisionRecord, group: GroupDecision): string | undefined {
  const readings = record.observation.signals.find((signals) => signals.group === group.group)?.readings ?? [];
  const over = readings.find(
    (reading) => reading.kind === 'limit' && reading.quality === 'ok' && (reading.value ?? 0) > reading.bound,
  );
  return over === undefined ? undefined : `${over.signal} stays above its limit`;
}

function fullDisk(policy: ClusterPolicy, record: DecisionRecord, group: GroupDecision): DrainNeed | undefined {
  const topology = record.observation.topology;
  const limit = policy.backends.find((each) => each.group === group.group)?.disk.cancelRatio;
  if (!topology.known || limit === undefined) return undefined;
  const full = topology.value.backends.find(
    (backend) => backend.group === group.group && !backend.decommissioned && backend.maxDiskUsedRatio > limit,
  );
  if (full === undefined) return undefined;
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
  return {
    reason: `a disk of ${full.address} is ${percent(full.maxDiskUsedRatio)} full (disk.cancel ${percent(limit)})`,
    disk: true,
  };
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
  return at - from >= forMs ? { reason, disk: false } : undefined;
}
