import type { Observation } from '../domain/observation.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { facts } from './facts.ts';
import { nodesOf, updateMembers } from './members.ts';
import type { ClusterPorts } from './ports.ts';
import { countUsage } from './usage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Operations that may still explain a change of membership. */
const EXPLAINS_MS = HOUR_MS;
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
    ports.journal.list({ cluster: policy.name, endedAfter: at - EXPLAINS_MS, limit: 50 }),
  ]);
  if (known === undefined) await ports.memory.learnClusterId(policy.name, topology.clusterId);
  const operations = open === undefined ? ended : [open, ...ended];
  const update = updateMembers(members, topology, operations, at);
  await ports.memory.saveMembers(policy.name, update.members);
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
  await reportReappeared(
    ports,
    policy,
    ended,
    topology.backends.map((backend) => backend.address),
    at,
  );
}

/** A removed backend that registers itself again means that something outside restarts it: the group rests. */
async function reportReappeared(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  ended: readonly Operation[],
  present: readonly string[],
  at: number,
): Promise<void> {
  for (const operation of ended) {
    if (operation.kind !== 'remove-backend' || operation.state !== 'succeeded') continue;
    if (operation.endedAt === undefined || at - operation.endedAt > REAPPEARS_MS) continue;
    const back = [...nodesOf([operation])].filter((node) => present.includes(node));
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

/** What the next evaluations need of this one. */
export async function rememberDecision(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  record: DecisionRecord,
): Promise<void> {
  if (!record.observation.storeWritable) return;
  for (const group of record.groups) {
    const stored = facts(ports.memory, policy.name, group);
    if (policy.mode === 'act' && group.current !== undefined) {
      const seen = await stored.baselineNodes();
      if (seen === undefined) await stored.setBaselineNodes(group.current);
      const named = policy.backends.find((each) => group.role === 'backend' && each.group === group.group)?.cost
        ?.baselineNodes;
      const baselineNodes = named ?? seen ?? group.current;
      await countUsage(ports.memory, policy.name, group, { at: record.at, nodes: group.current, baselineNodes });
    }
    const since = await stored.rollingHoldSince();
    const held =
      group.toFloor && group.guards.some((guard) => guard.code === 'rolling-restart' && guard.verdict === 'hold');
    if (held && since === undefined) await stored.setRollingHoldSince(record.at);
    if (!group.toFloor && since !== undefined) await stored.setRollingHoldSince(undefined);
  }
}
