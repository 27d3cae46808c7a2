import type { EpochMs } from '../../domain/instant.ts';
import type { Known } from '../../domain/known.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Orphan } from '../../domain/orphan.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import { findOrphans } from '../../operation/orphans/find-orphans.ts';
import { operationOfKey } from '../../operation/orphans/held-hosts.ts';
import { changedSettings } from '../../operation/orphans/left-settings.ts';
import { askedForHosts } from '../../operation/provisioner-of.ts';
import { attempt } from '../attempt.ts';
import { DEADLINES } from '../observe.ts';
import type { ClusterPorts } from '../ports.ts';
import { settledKeys } from './known-orphans.ts';

export interface OrphanLook {
  readonly orphans: readonly Orphan[];
  /** Of every provisioner that was looked into. */
  readonly hosts: Observation['hosts'];
}

const DAY_MS = 86_400_000;
const HISTORY_MS = 60 * DAY_MS;
/** Later it is an old story: its host may be anybody's by now. */
const GONE_MS = 7 * DAY_MS;
const MOST_PROBES = 16;
const PROBE_MS = 2000;

/**
 * Looks once at what may have been left: the journal, the provisioners' lists of this observation and of those that no group names
 * any more, some ports, and one statement. Undefined when the cluster or the store cannot be read, or shows another cluster:
 * nothing is said then.
 */
export async function lookForOrphans(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  observation: Observation,
): Promise<OrphanLook | undefined> {
  const { at, topology } = observation;
  if (!topology.known || !observation.storeWritable) return undefined;
  const expected = policy.clusterId ?? (await ports.memory.clusterId(policy.name));
  if (expected !== topology.value.clusterId) return undefined;
  const late = await ports.journal.list({ cluster: policy.name, endedAfter: at - HISTORY_MS, limit: 500 });
  const hosts = { ...(await formerHosts(ports, late, observation)), ...observation.hosts };
  const [operations, members, settled] = await Promise.all([
    endedOperations(ports, policy, late, hosts),
    ports.memory.members(policy.name),
    settledKeys(ports.memory, policy.name),
  ]);
  const [answering, configs] = await Promise.all([
    answeringNodes(ports, policy, { members, at }),
    presentSettings(ports, operations),
  ]);
  const facts = { at, policy, topology: topology.value, operations, members, hosts, answering, configs, settled };
  return { orphans: findOrphans(facts), hosts };
}

/** What those keep that were asked for a host of late and are not listed for any group. */
async function formerHosts(
  { provisioners }: ClusterPorts,
  late: readonly Operation[],
  { hosts }: Observation,
): Promise<Observation['hosts']> {
  const names = new Set(late.map(askedForHosts).filter((name) => name !== undefined && hosts[name] === undefined));
  const asked = [...provisioners].filter(([name]) => names.has(name));
  const signal = AbortSignal.timeout(DEADLINES.lookMs);
  const lists = await Promise.all(
    asked.map(async ([name, provisioner]) => [name, await attempt(() => provisioner.list(), signal)] as const),
  );
  return Object.fromEntries(lists);
}

/** Those of late, and whichever a provisioner still keeps a host for. */
async function endedOperations(
  { journal }: ClusterPorts,
  { name }: ClusterPolicy,
  late: readonly Operation[],
  hosts: Observation['hosts'],
): Promise<readonly Operation[]> {
  const ids = Object.values(hosts)
    .flatMap((inventory) => (inventory.known ? inventory.value.hosts : []))
    .flatMap(({ heldBy }) => (heldBy === undefined ? [] : [operationOfKey(heldBy)?.id]))
    .filter((id) => id !== undefined && !late.some((operation) => operation.id === id));
  const old = await Promise.all([...new Set(ids)].map(async (id) => (id === undefined ? undefined : journal.find(id))));
  const own = old.filter((operation) => operation?.cluster === name && operation.endedAt !== undefined);
  return [...late.filter(({ endedAt }) => endedAt !== undefined), ...own.filter((each) => each !== undefined)];
}

/** Nodes that left of late and whose port answers; hosts whose processes stay up by themselves are not asked. */
async function answeringNodes(
  { probe, provisioners }: ClusterPorts,
  policy: ClusterPolicy,
  { members, at }: { readonly members: readonly Member[]; readonly at: EpochMs },
): Promise<ReadonlySet<string>> {
  const gone = members
    .filter(({ goneAt }) => goneAt !== undefined && at - goneAt <= GONE_MS)
    .filter((member) => provisioners.get(provisionerNameOf(policy, member) ?? '')?.keepsRunning !== true)
    .toSorted((a, b) => (b.goneAt ?? 0) - (a.goneAt ?? 0))
    .slice(0, MOST_PROBES);
  const answers = await Promise.all(
    gone.map(async ({ node, host }) => {
      const port = Number(node.slice(node.lastIndexOf(':') + 1));
      return (await probe.open(host, port, PROBE_MS)) ? [node] : [];
    }),
  );
  return new Set(answers.flat());
}

function provisionerNameOf(policy: ClusterPolicy, { role, group }: Member): string | undefined {
  if (role === 'frontend') return policy.frontend?.provisioner;
  return policy.backends.find((each) => each.group === group)?.provisioner;
}

async function presentSettings(
  { reader }: ClusterPorts,
  operations: readonly Operation[],
): Promise<Known<Readonly<Record<string, string>>>> {
  const keys = changedSettings(operations).map(({ key }) => key);
  return keys.length === 0 ? { known: true, value: {} } : await attempt(() => reader.configs(keys));
}
