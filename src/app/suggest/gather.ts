import { pastTrace } from '../backtest/past-trace.ts';
import type { PastPorts } from '../backtest/past-trace.ts';
import { feedsOf, isLoad } from '../../backtest/live/feeds.ts';
import { MINUTE_MS, slotsOf } from '../../backtest/trace/trace.ts';
import type { Trace } from '../../backtest/trace/trace.ts';
import { updateMembers } from '../../controller/memory/members.ts';
import type { ClusterPorts } from '../../controller/ports.ts';
import { meanCapacity } from '../../decision/demand/capacity.ts';
import { sizeMeasure } from '../../decision/demand/measure.ts';
import { slotDemand } from '../../decision/demand/slot-demand.ts';
import type { SuggestGroup } from '../../decision/suggest/suggest.ts';
import { stayingBackends } from '../../decision/world.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Topology } from '../../domain/topology.ts';
import type { Store } from '../../store/store.ts';

/** A group with its load as a trace, from which its savings can be told. */
export interface GatheredGroup extends SuggestGroup {
  readonly trace: Trace;
}

export interface Gathered {
  readonly groups: readonly GatheredGroup[];
  /** Why a source told nothing, a sentence each. */
  readonly problems: readonly string[];
}

/** What the store knows of the load of a cluster. */
export async function gatherStored(
  store: Store,
  cluster: ClusterPolicy,
  groups: readonly GroupPolicy[],
  range: Interval,
): Promise<Gathered> {
  const nobody = (): Promise<never> => Promise.reject(new Error('the store alone is asked'));
  const ports = {
    load: { history: () => Promise.resolve([]) },
    loads: store.loads,
    memory: store.memory,
    reader: { topology: nobody },
  };
  const record = await store.records.latest(cluster.name);
  const topology = record?.observation.topology.known === true ? record.observation.topology.value : undefined;
  return await gather(ports, cluster, groups, range, topology);
}

/** The same with what Prometheus knows, of the backends that are there now. */
export async function gatherAsked(
  ports: ClusterPorts,
  cluster: ClusterPolicy,
  groups: readonly GroupPolicy[],
  range: Interval,
): Promise<Gathered> {
  const problems: string[] = [];
  const topology = await ports.reader.topology().catch((error: unknown) => {
    problems.push(`${cluster.name}: ${messageOf(error)}`);
    return undefined;
  });
  const remembered = await ports.memory.members(cluster.name);
  const members = topology === undefined ? remembered : updateMembers(remembered, topology, [], range.endMs).members;
  const seen: PastPorts = {
    ...ports,
    memory: { ...ports.memory, members: () => Promise.resolve(members) },
  };
  const gathered = await gather(seen, cluster, groups, range, topology);
  return { ...gathered, problems: [...problems, ...gathered.problems] };
}

async function gather(
  ports: PastPorts,
  cluster: ClusterPolicy,
  groups: readonly GroupPolicy[],
  range: Interval,
  topology: Topology | undefined,
): Promise<Gathered> {
  const problems: string[] = [];
  const gathered = await Promise.all(
    groups.map(async (group) => {
      const past = await pastTrace(ports, cluster, group, { from: range.startMs, until: range.endMs }).catch(
        (error: unknown) => {
          problems.push(`${cluster.name} be/${group.group}: ${messageOf(error)}`);
          return undefined;
        },
      );
      if (past?.problem !== undefined) problems.push(`${cluster.name} be/${group.group}: ${past.problem}`);
      const members = topology === undefined ? [] : stayingBackends(topology, group.group);
      const present = members.length > 0 ? members.length : past?.nodesLast;
      const disks = diskNodes(group, members);
      // A load of which nothing is known is missing: no policy is suggested from half of what a group is sized by.
      return gatheredGroup(group, past?.trace ?? nothing(range.endMs), present, disks, group.signals.filter(isLoad));
    }),
  );
  return { groups: gathered, problems };
}

/** A group by a trace: the demand of the named signals, or of those that it has columns for. */
export function gatheredGroup(
  group: GroupPolicy,
  trace: Trace,
  present: number | undefined,
  disks: number | undefined,
  sizes?: readonly SignalPolicy[],
): GatheredGroup {
  const fed = feedsOf(trace, group);
  const feeds = fed.ok ? fed.feeds : [];
  const signals = Object.fromEntries(
    feeds.map(({ signal, column }) => [signal.name, slotsOf(trace, column, signal.name)]),
  );
  const known = { ...group, signals: sizes ?? feeds.map(({ signal }) => signal) };
  const span = { startMs: trace.startMs, endMs: trace.startMs + trace.minutes * MINUTE_MS };
  const history = { role: 'backend' as const, group: group.group, signals };
  const demand = slotDemand(history, known, { capacityBytes: undefined, coreWeight: 1 }, span);
  return { group, trace, demand, present, diskNodes: disks };
}

/** Nodes that the data there is needs, at the target of the disks. */
function diskNodes(group: GroupPolicy, members: Parameters<typeof meanCapacity>[0]): number | undefined {
  const disks = group.signals.find((signal) => sizeMeasure(signal) === 'bytes');
  const capacityBytes = meanCapacity(members);
  if (capacityBytes === undefined || disks?.purpose.kind !== 'size' || disks.purpose.form !== 'target')
    return undefined;
  const bytes = members.reduce((sum, { dataUsedBytes }) => sum + Math.max(0, dataUsedBytes), 0);
  return bytes / (capacityBytes * disks.purpose.targetRatio);
}

function nothing(at: EpochMs): Trace {
  return { name: '', startMs: at, minutes: 0, columns: [] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
