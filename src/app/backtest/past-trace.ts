import { isLoad } from '../../backtest/live/feeds.ts';
import { nodesAt, nodesLast } from '../../backtest/trace/nodes-at.ts';
import { SLOT_MINUTES } from '../../backtest/trace/trace.ts';
import type { Trace } from '../../backtest/trace/trace.ts';
import { memberOf } from '../../controller/load/member-of.ts';
import { storedName } from '../../controller/load/signal-slots.ts';
import { weightOf } from '../../controller/load/weight-of.ts';
import { updateMembers } from '../../controller/memory/members.ts';
import { facts } from '../../controller/memory/facts.ts';
import type { ClusterPorts } from '../../controller/ports.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';

export interface PastTrace {
  readonly trace: Trace;
  /** Nodes that served first, of what is judged, where that is known. */
  readonly nodes: number | undefined;
  /** Nodes that served last. */
  readonly nodesLast: number | undefined;
  /** Why Prometheus told nothing of a signal, where the store alone is what is known of it. */
  readonly problem: string | undefined;
}

/** What is asked of the past. */
export interface PastPorts {
  readonly load: Pick<ClusterPorts['load'], 'history'>;
  readonly loads: Pick<ClusterPorts['loads'], 'read'>;
  readonly memory: Pick<ClusterPorts['memory'], 'members' | 'fact' | 'setFact'>;
  readonly reader: Pick<ClusterPorts['reader'], 'topology'>;
}

/**
 * The load of a group as Prometheus and the store have it, slot by slot; undefined when neither knows any. A signal of which
 * nothing is known has no column: with one every minute of the others would be unknown too. Throws where Prometheus did not
 * answer and nothing at all is known.
 */
export async function pastTrace(
  ports: PastPorts,
  policy: ClusterPolicy,
  group: GroupPolicy,
  range: {
    readonly from: EpochMs;
    readonly until: EpochMs;
    /** From when on it is judged: what lies before tells nothing of the nodes that were there. Without it all of it is. */
    readonly judgedFrom?: EpochMs | undefined;
  },
): Promise<PastTrace | undefined> {
  const from = Math.ceil(range.from / SLOT_MS) * SLOT_MS;
  const until = Math.floor(range.until / SLOT_MS) * SLOT_MS;
  const key = { role: 'backend' as const, group: group.group };
  const [remembered, referenceCores, stored] = await Promise.all([
    ports.memory.members(policy.name),
    facts(ports.memory, policy.name, key).referenceCores(),
    ports.loads.read(policy.name, key, { from, until }),
  ]);
  // What is there now matters only where nodes were told apart by their cores, or where nobody is remembered.
  const isAsked = referenceCores !== undefined || remembered.length === 0;
  const topology = isAsked ? await ports.reader.topology().catch(() => undefined) : undefined;
  const members = topology === undefined ? remembered : updateMembers(remembered, topology, [], until).members;
  const backends = topology?.backends.filter((backend) => backend.group === group.group) ?? [];
  const asked = await Promise.all(
    group.signals.filter(isLoad).map(async (signal) => {
      const asking = ports.load.history({
        policy,
        group,
        signal,
        memberOf: memberOf(members, policy),
        weightOf: weightOf(signal, backends, referenceCores),
        from,
        until,
      });
      const known = stored.signals[storedName(signal, policy)] ?? [];
      const answer = await asking.catch((error: unknown) => {
        return error instanceof Error ? error : new Error(String(error));
      });
      return answer instanceof Error
        ? { signal, slots: known, problem: answer }
        : { signal, slots: together(known, answer), problem: undefined };
    }),
  );
  const all = asked.flatMap(({ slots }) => slots);
  const problem = asked.find((each) => each.problem !== undefined)?.problem;
  if (all.length === 0) {
    if (problem !== undefined) throw problem;
    return undefined;
  }
  const first = all.reduce((earliest, slot) => (slot.slotStartMs < earliest.slotStartMs ? slot : earliest));
  const end = all.reduce((latest, { slotStartMs }) => Math.max(latest, slotStartMs + SLOT_MS), 0);
  const minutes = ((end - first.slotStartMs) / SLOT_MS) * SLOT_MINUTES;
  return {
    nodes: nodesAt(all, range.judgedFrom ?? from),
    nodesLast: nodesLast(all),
    problem: problem?.message,
    trace: {
      name: `${policy.name} be/${group.group}`,
      startMs: first.slotStartMs,
      minutes,
      columns: asked.flatMap(({ signal, slots }) =>
        slots.length === 0 ? [] : [column(signal, slots, first.slotStartMs, minutes)],
      ),
    },
  };
}

/** The higher load of a slot that both know: the store saw samples that Prometheus may have lost. */
function together(stored: readonly LoadSlot[], asked: readonly LoadSlot[]): readonly LoadSlot[] {
  const slots = new Map(stored.map((slot) => [slot.slotStartMs, slot]));
  for (const slot of asked) {
    const known = slots.get(slot.slotStartMs);
    if (known === undefined || slot.load > known.load) slots.set(slot.slotStartMs, slot);
  }
  return [...slots.values()];
}

function column({ name }: SignalPolicy, slots: readonly LoadSlot[], startMs: EpochMs, minutes: number) {
  const values = new Float64Array(minutes).fill(NaN);
  for (const { slotStartMs, load } of slots) {
    const minute = ((slotStartMs - startMs) / SLOT_MS) * SLOT_MINUTES;
    values.fill(load, minute, minute + SLOT_MINUTES);
  }
  return { name, values };
}
