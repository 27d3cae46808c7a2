import { nextWindow, windowAt } from '../decision/windows/effective.ts';
import { HORIZON_MS } from '../decision/windows/resolved-windows.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import { recallRegrets } from '../controller/memory/regrets.ts';
import { groupName } from '../decision/explain/sentences.ts';
import { REMEMBERED_MS } from '../decision/regret/margin.ts';
import { formatLocal } from '../decision/windows/local-time.ts';
import { knownOrphans, orphanText } from '../controller/orphans/known-orphans.ts';
import type { ClusterMemory } from '../domain/ports/cluster-memory.ts';
import type { Control } from '../domain/ports/control.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { RecordSink } from '../domain/ports/record-sink.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { ClusterStatus, NodeCount } from '../domain/status.ts';
import type { EffectiveWindow } from '../domain/window.ts';
import { onlyGroup } from './present/only-group.ts';

export interface ReadModelStore {
  readonly journal: Journal;
  readonly records: RecordSink;
  readonly control: Control;
  readonly memory: Pick<ClusterMemory, 'fact'>;
}

/** What is known of a cluster from its policy and the store alone: the same with the daemon up or down. */
export async function clusterStatus(
  store: ReadModelStore,
  policy: ClusterPolicy,
  at: EpochMs,
  live: {
    readonly leader: boolean;
    readonly forcedObserve: string | undefined;
    /** When it is at hand already; else the newest of the store. */
    readonly lastDecision?: DecisionRecord | undefined;
  },
): Promise<ClusterStatus> {
  const [operation, lastDecision, pauses, orphans] = await Promise.all([
    store.journal.open(policy.name),
    live.lastDecision ?? store.records.latest(policy.name),
    store.control.pauses(policy.name, at),
    knownOrphans(store.memory, policy.name),
  ]);
  const open = windowAt(policy.windows, at);
  return {
    name: policy.name,
    mode: policy.mode,
    forcedObserve: live.forcedObserve,
    leader: live.leader,
    nodes: lastDecision === undefined ? [] : countNodes(lastDecision),
    windows: { open, nextChange: open === undefined ? nextWindow(policy.windows, at)?.startMs : endOf(open, at) },
    operation,
    lastDecision,
    pauses,
    notes: [...orphans.map(orphanText), ...(await regretNotes(store, policy, at))],
  };
}

/** The changes that the last weeks showed to be wrong. */
async function regretNotes(store: ReadModelStore, policy: ClusterPolicy, at: EpochMs): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { group } of policy.backends) {
    const regrets = await recallRegrets(store.memory, policy.name, { role: 'backend', group });
    for (const { from, to, endedAt, judgedAt, regrets: kinds, detail } of regrets.judged) {
      if (kinds.length === 0 || judgedAt <= at - REMEMBERED_MS) continue;
      const change = `${groupName(regrets)} ${String(from)} -> ${String(to)}`;
      notes.push(
        `${change} of ${formatLocal(endedAt, policy.windows.timezone, at)} is regretted: ${kinds.join(', ')} (${detail})`,
      );
    }
  }
  return notes;
}

/** A window that is open as far as anyone looks ahead is cut there: that is no change. */
function endOf({ endMs }: EffectiveWindow, at: EpochMs): EpochMs | undefined {
  return endMs - at < HORIZON_MS ? endMs : undefined;
}

/** The same for a command, which knows the daemon only by what it wrote. */
export async function storedStatus(
  store: ReadModelStore,
  of: { readonly policy: ClusterPolicy; readonly revision: string; readonly group: string | undefined },
  at: EpochMs,
  daemonRuns: boolean,
): Promise<ClusterStatus> {
  const record = await store.records.latest(of.policy.name);
  const status = await clusterStatus(store, of.policy, at, {
    leader: daemonRuns,
    forcedObserve: daemonRuns ? record?.forcedObserve : undefined,
    lastDecision: record,
  });
  const other = daemonRuns && record !== undefined && record.policyRevision !== of.revision;
  return {
    ...status,
    nodes: status.nodes.filter((each) => of.group === undefined || each.group === of.group),
    lastDecision: record === undefined ? undefined : onlyGroup(record, of.group),
    operation: of.group === undefined || status.operation?.group === of.group ? status.operation : undefined,
    notes: [
      ...status.notes,
      ...(other ? [`decided by revision ${record.policyRevision}; this file is revision ${of.revision}`] : []),
    ],
  };
}

/** Nodes of the last record by group and state; a group without nodes of a state has no entry. */
export function countNodes(record: DecisionRecord): readonly NodeCount[] {
  const { topology } = record.observation;
  if (!topology.known) return [];
  const counts = new Map<string, NodeCount>();
  const add = (key: Omit<NodeCount, 'count'>): void => {
    const name = `${key.role}/${key.group}/${key.state}`;
    counts.set(name, { ...key, count: (counts.get(name)?.count ?? 0) + 1 });
  };
  for (const backend of topology.value.backends) {
    const state = backend.decommissioned
      ? 'leaving'
      : backend.alive
        ? 'alive'
        : backend.totalBytes === 0
          ? 'joining'
          : 'dead';
    add({ role: 'backend', group: backend.group, state });
  }
  for (const frontend of topology.value.frontends) {
    const role = frontend.role === 'OBSERVER' ? 'observer' : 'follower';
    add({ role, group: role, state: frontend.alive ? 'alive' : frontend.joined ? 'dead' : 'joining' });
  }
  return [...counts.values()];
}
