import { neverBegan } from '../../decision/approval/never-began.ts';
import { stayingBackends } from '../../decision/world.ts';
import type { GroupDecision } from '../../domain/decision.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Topology } from '../../domain/topology.ts';
import type { DecisionRecord } from '../../domain/record.ts';
import { facts } from './facts.ts';
import type { GroupFacts } from './facts.ts';
import { restAfterHands } from './hands.ts';
import { nodesOf, updateMembers } from './members.ts';
import type { ClusterPorts } from '../ports.ts';
import { countUsage } from './usage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Operations that may still explain a change of membership. */
const EXPLAINS_MS = HOUR_MS;
/** How long what a person undid may matter. */
const HANDS_MS = DAY_MS;
/** A backend that is back so soon after its drop was registered by something else. */
const REAPPEARS_MS = 600_000;

/** Learns the cluster's id, its members and what changed without us. */
export async function rememberTopology(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  observation: Observation,
): Promise<void> {
  if (!observation.topology.known || !observation.storeWritable) return;
  const { at } = observation;
  const topology = observation.topology.value;
  const [known, members, open, ended] = await Promise.all([
    ports.memory.clusterId(policy.name),
    ports.memory.members(policy.name),
    ports.journal.open(policy.name),
    ports.journal.list({ cluster: policy.name, endedAfter: at - HANDS_MS, limit: 50 }),
  ]);
  const expected = policy.clusterId ?? known;
  // Another cluster behind the endpoints: nothing of it is ours to remember.
  if (expected !== undefined && expected !== topology.clusterId) return;
  if (known !== topology.clusterId) await ports.memory.learnClusterId(policy.name, topology.clusterId);
  await rememberReferenceCores(ports, policy, topology);
  await restAfterHands(ports.memory, policy.name, ended);
  const recent = ended.filter((operation) => (operation.endedAt ?? 0) > at - EXPLAINS_MS);
  const operations = (open === undefined ? recent : [open, ...recent]).filter((each) => !neverBegan(each));
  const update = updateMembers(members, topology, operations, at);
  for (const change of update.foreign) {
    await ports.memory.addForeignChange(policy.name, change);
    ports.log.warn('membership changed without an operation of ours', { cluster: policy.name, ...change });
    ports.notifier.notify({
      at,
      cluster: policy.name,
      event: 'foreign-change',
      title: `${change.node} was ${change.change} by someone else`,
      lines: [`Cooldown and minHold of ${change.role}/${change.group} start now.`],
    });
  }
  // Last: after a crash before it the change is found again.
  await ports.memory.saveMembers(policy.name, update.members);
  await reportReappeared(
    ports,
    policy,
    open === undefined ? recent : [open, ...recent],
    topology.backends.map((backend) => backend.address),
    at,
  );
}

/** Once for each group, at the first look that shows the cores of all its members. */
async function rememberReferenceCores(ports: ClusterPorts, policy: ClusterPolicy, topology: Topology): Promise<void> {
  for (const { group } of policy.backends) {
    const stored = facts(ports.memory, policy.name, { role: 'backend', group });
    if ((await stored.referenceCores()) !== undefined) continue;
    const cores = stayingBackends(topology, group).map((backend) => backend.cpuCores ?? 0);
    if (cores.length === 0 || cores.some((count) => count <= 0)) continue;
    await stored.setReferenceCores(cores.reduce((sum, count) => sum + count, 0) / cores.length);
  }
}

/** A removed backend that no addition of ours put back and that is there again means that something outside restarts it: the group rests. */
async function reportReappeared(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  operations: readonly Operation[],
  present: readonly string[],
  at: number,
): Promise<void> {
  for (const operation of operations) {
    if (operation.kind !== 'remove-backend' || operation.state !== 'succeeded') continue;
    if (operation.endedAt === undefined || at - operation.endedAt > REAPPEARS_MS) continue;
    const ours = nodesOf(operations.filter((other) => isAdditionAfter(other, operation.endedAt ?? at)));
    const back = [...nodesOf([operation])].filter((node) => present.includes(node) && !ours.has(node));
    if (back.length === 0) continue;
    const group = facts(ports.memory, policy.name, operation);
    if (((await group.restsUntil()) ?? 0) >= operation.endedAt + DAY_MS) continue;
    await group.setRestsUntil(at + DAY_MS);
    ports.log.error('a removed backend registered itself again', { cluster: policy.name, nodes: back });
    ports.notifier.notify({
      at,
      cluster: policy.name,
      event: 'node-reappeared',
      title: `${back.join(', ')} registered itself again after its removal`,
      lines: [
        `Something outside restarts it. Scale-in of ${operation.role}/${operation.group} rests for 24 h.`,
        'Stop that process for good, then: doris-autoscaler resume',
      ],
    });
  }
}

/** What it registers came back by us. Of one that waited for a yes its start counts. */
function isAdditionAfter({ kind, startedAt, createdAt }: Operation, endedAt: EpochMs): boolean {
  return kind === 'add-backend' && Math.max(startedAt ?? 0, createdAt) >= endedAt;
}

/** What the next evaluations need of this one. */
export async function rememberDecision(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  record: DecisionRecord,
): Promise<void> {
  if (!record.observation.storeWritable) return;
  for (const group of record.groups) {
    const stored = facts(ports.memory, policy.name, group);
    if (policy.mode !== 'observe' && group.current !== undefined) {
      const seen = await stored.baselineNodes();
      if (seen === undefined) await stored.setBaselineNodes(group.current);
      const named = policy.backends.find((each) => group.role === 'backend' && each.group === group.group)?.cost
        ?.baselineNodes;
      const baselineNodes = named ?? seen ?? group.current;
      await countUsage(ports.memory, policy.name, group, { at: record.at, nodes: group.current, baselineNodes });
    }
    await rememberRollingHold(stored, group, record.at);
    if (group.role === 'follower') await rememberSettled(stored, group, record, policy);
  }
}

/** The number that policy and cluster agree on: what differs from it later without an edit and without us, others changed. */
async function rememberSettled(
  stored: GroupFacts,
  group: GroupDecision,
  record: DecisionRecord,
  { frontend }: ClusterPolicy,
): Promise<void> {
  const ours = record.operationId !== undefined && record.steps[0]?.role === 'follower';
  const settled = ours ? undefined : group.current;
  if (settled !== undefined && settled !== frontend?.followers) return;
  if ((await stored.settledNodes()) !== settled) await stored.setSettledNodes(settled);
}

/** Since when growth to min or a floor waits for a wave of restarts: a wave that ended starts no hour for the next. */
async function rememberRollingHold(stored: GroupFacts, group: GroupDecision, at: EpochMs): Promise<void> {
  const since = await stored.rollingHoldSince();
  const held = group.guards.some((guard) => guard.code === 'rolling-restart' && guard.verdict === 'hold');
  if (group.toFloor && held) {
    if (since === undefined) await stored.setRollingHoldSince(at);
    return;
  }
  // After an hour the guard lets go although the wave may go on.
  const waitedOut = group.toFloor && since !== undefined && at - since >= HOUR_MS;
  if (since !== undefined && !waitedOut) await stored.setRollingHoldSince(undefined);
}
