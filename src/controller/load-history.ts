import { SLOT_MS } from '../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../domain/demand.ts';
import type { GroupPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Member } from '../domain/ports/cluster-memory.ts';
import type { MemberOf } from '../domain/ports/load-source.ts';
import { attempt } from './attempt.ts';
import type { ClusterPorts } from './ports.ts';

/** Shortest history that a decision may need, whatever the policy's forecast.history says. */
const LEAST_HISTORY_MS = 9 * 86_400_000;

/** The load of a cluster's groups by closed slot: held in memory, kept in the store, filled up from the load source. */
export interface LoadHistories {
  /** Takes the observation's own samples and, once per closed slot, asks the source for what is missing. */
  update(request: HistoryUpdate): Promise<readonly LoadHistory[]>;
}

export interface HistoryUpdate {
  readonly policy: ClusterPolicy;
  readonly observation: Observation;
  readonly members: readonly Member[];
  readonly operations: readonly Operation[];
  readonly at: EpochMs;
}

export function loadHistories(ports: ClusterPorts): LoadHistories {
  const groups = new Map<string, GroupHistory>();
  return {
    async update(request) {
      return await Promise.all(
        request.policy.backends.map(async (group) => {
          const history = groups.get(group.group) ?? groupHistory(ports, request.policy.name, group.group);
          groups.set(group.group, history);
          return await history.update(group, request);
        }),
      );
    },
  };
}

interface GroupHistory {
  update(group: GroupPolicy, request: HistoryUpdate): Promise<LoadHistory>;
}

function groupHistory(ports: ClusterPorts, cluster: string, name: string): GroupHistory {
  const key = { role: 'backend' as const, group: name };
  const signals = new Map<string, Map<EpochMs, LoadSlot>>();
  /** Everything before it was asked of the source and answered. */
  let askedUntil: EpochMs | undefined;
  let askedSignals = '';
  let view: { readonly slot: EpochMs; readonly history: LoadHistory } | undefined;
  const put = (slots: readonly LoadSlot[]): void => {
    for (const slot of slots) {
      const bySlot = signals.get(slot.signal) ?? new Map<EpochMs, LoadSlot>();
      bySlot.set(slot.slotStartMs, mergeSlot(bySlot.get(slot.slotStartMs), slot));
      signals.set(slot.signal, bySlot);
    }
  };
  return {
    async update(group, request) {
      const closedUntil = Math.floor(request.at / SLOT_MS) * SLOT_MS;
      const from = closedUntil - Math.max(LEAST_HISTORY_MS, group.forecast.historyMs);
      const samples = sampleSlots(group, request);
      const wanted = group.signals.map((signal) => signal.name).join(',');
      if (view !== undefined && view.slot === closedUntil && wanted === askedSignals) {
        put(samples);
        return view.history;
      }
      if (askedUntil === undefined) {
        const stored = await ports.loads.read(cluster, key, { from, until: closedUntil });
        for (const slots of Object.values(stored.signals)) put(slots);
        askedUntil = resumeFrom(stored, group, from);
        askedSignals = wanted;
      }
      put(samples);
      const since = wanted === askedSignals ? askedUntil : from;
      const asked = await attempt(() =>
        ports.load.history({
          policy: request.policy,
          group,
          memberOf: memberOf(request.members, request.policy),
          from: Math.max(from, since),
          until: closedUntil,
        }),
      );
      if (asked.known) {
        const slots = Object.values(asked.value)
          .flat()
          .map((slot) => markMigrating(slot, request.operations));
        put(slots);
        askedUntil = closedUntil;
        askedSignals = wanted;
      } else {
        ports.log.warn('load history could not be read', { cluster, group: name, reason: asked.reason });
      }
      forget(signals, from);
      const fresh = [...signals.values()].flatMap((bySlot) =>
        [...bySlot.values()].filter(
          (slot) => slot.slotStartMs >= Math.max(from, since) - SLOT_MS && slot.slotStartMs < closedUntil,
        ),
      );
      if (fresh.length > 0) await ports.loads.merge(cluster, key, fresh);
      const history = viewOf(key, signals, closedUntil);
      if (asked.known) view = { slot: closedUntil, history };
      return history;
    },
  };
}

/** Our own samples of the slot that is still open; closed by time alone. */
function sampleSlots(group: GroupPolicy, request: HistoryUpdate): readonly LoadSlot[] {
  const slotStartMs = Math.floor(request.at / SLOT_MS) * SLOT_MS;
  const readings = request.observation.signals.find((signals) => signals.group === group.group)?.readings ?? [];
  const migrating = request.operations.some((operation) => movesData(operation, request.at, request.at));
  return readings.flatMap((reading) => {
    if (reading.kind !== 'size' || reading.quality !== 'ok' || reading.value === undefined) return [];
    const load =
      reading.nodes.length > 0 ? reading.nodes.reduce((sum, node) => sum + node.value, 0) : totalOf(reading, request);
    if (load === undefined) return [];
    return [{ signal: reading.signal, slotStartMs, load, samples: 1, nodes: reading.nodes.length, migrating }];
  });
}

/** One utilisation for the whole group stands for every node that serves. */
function totalOf(
  reading: Observation['signals'][number]['readings'][number],
  request: HistoryUpdate,
): number | undefined {
  if (reading.value === undefined || reading.measure !== 'utilisation') return reading.value;
  const topology = request.observation.topology;
  if (!topology.known) return undefined;
  const group = request.observation.signals.find((signals) => signals.readings.includes(reading))?.group;
  const serving = topology.value.backends.filter((backend) => backend.group === group && backend.alive).length;
  return reading.value * serving;
}

/** A restart asks only for what the store does not hold yet; a signal without any slot asks for everything. */
function resumeFrom(stored: LoadHistory, group: GroupPolicy, from: EpochMs): EpochMs {
  const newest = group.signals
    .filter((signal) => signal.purpose.kind === 'size')
    .map((signal) => stored.signals[signal.name]?.at(-1)?.slotStartMs ?? from);
  return Math.max(from, Math.min(...newest));
}

function mergeSlot(old: LoadSlot | undefined, now: LoadSlot): LoadSlot {
  if (old === undefined) return now;
  const higher = now.load >= old.load ? now : old;
  return { ...higher, samples: old.samples + now.samples, migrating: old.migrating || now.migrating };
}

function markMigrating(slot: LoadSlot, operations: readonly Operation[]): LoadSlot {
  const migrating = operations.some((operation) => movesData(operation, slot.slotStartMs, slot.slotStartMs + SLOT_MS));
  return migrating ? { ...slot, migrating } : slot;
}

function movesData(operation: Operation, from: EpochMs, until: EpochMs): boolean {
  if (operation.kind !== 'remove-backend' && operation.kind !== 'add-backend') return false;
  return (operation.startedAt ?? operation.createdAt) <= until && (operation.endedAt ?? until) >= from;
}

function memberOf(members: readonly Member[], policy: ClusterPolicy): MemberOf {
  const byAddress = new Map<string, string>();
  const byHost = new Map<string, string | undefined>();
  for (const member of members) {
    if (member.role !== 'backend') continue;
    if (member.httpPort !== undefined) byAddress.set(`${member.host}:${String(member.httpPort)}`, member.group);
    byHost.set(
      member.host,
      byHost.has(member.host) && byHost.get(member.host) !== member.group ? undefined : member.group,
    );
  }
  // Series that labels pin to this cluster belong to its only group, even of a backend that left before we looked.
  const pinned = Object.keys(policy.prometheus.labels).length > 0;
  const only = pinned && policy.backends.length === 1 ? policy.backends[0]?.group : undefined;
  return ({ host, httpPort }) =>
    (httpPort === undefined ? undefined : byAddress.get(`${host}:${String(httpPort)}`)) ?? byHost.get(host) ?? only;
}

function forget(signals: ReadonlyMap<string, Map<EpochMs, LoadSlot>>, before: EpochMs): void {
  for (const bySlot of signals.values()) {
    for (const slotStartMs of bySlot.keys()) if (slotStartMs < before) bySlot.delete(slotStartMs);
  }
}

function viewOf(
  key: { readonly role: 'backend'; readonly group: string },
  signals: ReadonlyMap<string, ReadonlyMap<EpochMs, LoadSlot>>,
  closedUntil: EpochMs,
): LoadHistory {
  const entries = [...signals].map(
    ([signal, bySlot]) =>
      [
        signal,
        [...bySlot.values()]
          .filter((slot) => slot.slotStartMs < closedUntil)
          .toSorted((a, b) => a.slotStartMs - b.slotStartMs),
      ] as const,
  );
  return { ...key, signals: Object.fromEntries(entries) };
}
