import { sizeMeasure } from '../../decision/demand/measure.ts';
import { LOOK_BACK_DAYS } from '../../decision/forecast/pasts.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Memory } from '../../domain/memory.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import type { Backend } from '../../domain/topology.ts';
import { attempt } from '../attempt.ts';
import { isComplete, looks } from './looks.ts';
import type { Looks } from './looks.ts';
import { memberOf } from './member-of.ts';
import { isMigrating, sampleSlots } from './sample-slots.ts';
import { signalSlots, storedName } from './signal-slots.ts';
import type { SignalSlots } from './signal-slots.ts';
import { weightOf } from './weight-of.ts';
import type { ClusterPorts } from '../ports.ts';

const DAY_MS = 86_400_000;
/** Shortest history that a decision may need, whatever the policy's forecast.history says. */
const LEAST_HISTORY_MS = 9 * DAY_MS;
/** What is stored is read as far back as a forecast learns from. */
const LEARNT_MS = LOOK_BACK_DAYS * DAY_MS;

/** The load of a cluster's groups by closed slot: held in memory, kept in the store, filled up from the load source. */
export interface LoadHistories {
  /**
   * Takes the observation's own samples and, once per closed slot, asks the source for what is missing. Never rejects: what
   * neither the store nor the source could tell is missing from the history and asked for again.
   */
  update(request: HistoryUpdate): Promise<readonly LoadHistory[]>;
}

export interface HistoryUpdate {
  readonly policy: ClusterPolicy;
  readonly observation: Observation;
  readonly members: readonly Member[];
  readonly operations: readonly Operation[];
  readonly memory: Pick<Memory, 'groups'>;
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

interface Kept {
  readonly signal: SignalPolicy;
  readonly storedAs: string;
  readonly slots: SignalSlots;
  readonly looks: Looks;
}

function groupHistory(ports: ClusterPorts, cluster: string, name: string): GroupHistory {
  const key = { role: 'backend' as const, group: name };
  const bySignal = new Map<string, SignalSlots>();
  const looksOf = new Map<string, Looks>();
  /** Everything before it was asked of the source and answered, by signal. */
  const askedUntil = new Map<string, EpochMs>();
  const complaints = new Map<string, string>();
  /** Of this group, the last that were seen: they tell how series are weighed while the frontends do not answer. */
  let backends: readonly Backend[] | undefined;
  let isLoaded = false;
  let view: { readonly slot: EpochMs; readonly signals: string; readonly history: LoadHistory } | undefined;

  const complain = (about: string, reason: string | undefined): void => {
    if (reason === undefined) complaints.delete(about);
    else if (complaints.get(about) !== reason) {
      complaints.set(about, reason);
      ports.log.warn('load history is not complete', { cluster, group: name, what: about, reason });
    }
  };

  const keep = (signal: SignalPolicy, policy: ClusterPolicy): Kept => {
    const storedAs = storedName(signal, policy);
    const slots = bySignal.get(storedAs) ?? signalSlots(storedAs);
    bySignal.set(storedAs, slots);
    const seen = looksOf.get(storedAs) ?? looks();
    looksOf.set(storedAs, seen);
    return { signal, storedAs, slots, looks: seen };
  };

  const load = async (range: { readonly from: EpochMs; readonly until: EpochMs }): Promise<void> => {
    const stored = await attempt(() => ports.loads.read(cluster, key, range));
    complain('the store', stored.known ? undefined : stored.reason);
    if (!stored.known) return;
    for (const [storedAs, slots] of Object.entries(stored.value.signals)) {
      const known = bySignal.get(storedAs) ?? signalSlots(storedAs);
      known.load(slots);
      bySignal.set(storedAs, known);
    }
    isLoaded = true;
  };

  const ask = async (
    { signal, storedAs, slots, looks: seen }: Kept,
    group: GroupPolicy,
    request: HistoryUpdate,
    range: { readonly from: EpochMs; readonly until: EpochMs },
  ): Promise<boolean> => {
    const resume = { ...range, neededMs: LEAST_HISTORY_MS };
    const since = Math.max(range.from, askedUntil.get(storedAs) ?? slots.resumeFrom(resume));
    const { policy, members, operations } = request;
    const referenceCores = referenceCoresOf(group, request);
    // What is stored stays: no sum without weights where there may be some, nor of series whose nobody can tell.
    const isUtilisation = sizeMeasure(signal) === 'utilisation';
    const needsMembers = isUtilisation || signal.query === undefined;
    const isUntold = (isUtilisation && referenceCores !== undefined) || (needsMembers && members.length === 0);
    if (backends === undefined && isUntold) return false;
    const weights = weightOf(signal, backends ?? [], referenceCores);
    const asked = await attempt(() =>
      ports.load.history({
        policy,
        group,
        signal,
        memberOf: memberOf(members, policy),
        weightOf: weights,
        from: since,
        until: range.until,
      }),
    );
    complain(signal.name, asked.known ? undefined : asked.reason);
    if (!asked.known) return false;
    const whole = asked.value.filter((slot) => seen.isTrusted(slot.slotStartMs));
    slots.put(whole.map((slot) => markMigrating(slot, operations)));
    seen.forget(range.until);
    askedUntil.set(storedAs, range.until);
    return true;
  };

  const save = async (kept: readonly Kept[], closedUntil: EpochMs): Promise<void> => {
    const unsaved = kept.map((one) => ({ ...one, fresh: one.slots.unsaved(closedUntil) }));
    const rows = unsaved.flatMap(({ storedAs, fresh }) => fresh.map((slot) => ({ ...slot, signal: storedAs })));
    if (rows.length === 0) return;
    const merged = await attempt(() => ports.loads.merge(cluster, key, rows));
    complain('saving', merged.known ? undefined : merged.reason);
    if (merged.known) for (const { slots, fresh } of unsaved) slots.saved(fresh);
  };

  return {
    async update(group, request) {
      const until = Math.floor(request.at / SLOT_MS) * SLOT_MS;
      const range = { from: until - Math.max(LEAST_HISTORY_MS, group.forecast.historyMs), until };
      const keptFrom = wholeDays(Math.min(range.from, until - LEARNT_MS));
      const sized = group.signals.filter((signal) => signal.purpose.kind === 'size');
      if (!isLoaded) await load({ from: keptFrom, until });
      const { topology } = request.observation;
      if (topology.known) backends = topology.value.backends.filter((backend) => backend.group === group.group);
      const kept = sized.map((signal) => keep(signal, request.policy));
      takeSamples(kept, group, request);
      const signals = kept.map(({ storedAs }) => storedAs).join(',');
      if (view !== undefined && view.slot === until && view.signals === signals) return view.history;

      const answered = await Promise.all(kept.map((one) => ask(one, group, request, range)));
      for (const slots of bySignal.values()) slots.forget(keptFrom);
      await save(kept, until);
      const closed = kept.map((one) => [one.signal.name, one.slots.closed(until)] as const);
      const history = { ...key, signals: Object.fromEntries(closed) };
      view = isLoaded && answered.every(Boolean) ? { slot: until, signals, history } : undefined;
      return history;
    },
  };
}

/** Slots are forgotten once a day, not one by one: until then what was handed out only grows. */
function wholeDays(at: EpochMs): EpochMs {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** What this look adds to the slot that is still open, and whether it saw the whole load. */
function takeSamples(kept: readonly Kept[], group: GroupPolicy, request: HistoryUpdate): void {
  const { observation, operations, at } = request;
  const samples = sampleSlots(group, observation, operations, at, referenceCoresOf(group, request));
  const readings = observation.signals.find((signals) => signals.group === group.group)?.readings ?? [];
  for (const { signal, slots, looks: seen } of kept) {
    slots.put(samples.filter((sample) => sample.signal === signal.name));
    const reading = readings.find((each) => each.signal === signal.name);
    if (reading !== undefined && observation.topology.known)
      seen.note(at, isComplete(reading, observation.topology.value));
  }
}

function referenceCoresOf({ group }: GroupPolicy, { memory }: HistoryUpdate): number | undefined {
  return memory.groups.find((each) => each.role === 'backend' && each.group === group)?.referenceCores;
}

function markMigrating(slot: LoadSlot, operations: readonly Operation[]): LoadSlot {
  return isMigrating(operations, slot.slotStartMs, slot.slotStartMs + SLOT_MS) ? { ...slot, migrating: true } : slot;
}
