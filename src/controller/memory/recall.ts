import { neverBegan } from '../../decision/approval/never-began.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ForeignChange, GroupMemory, Memory } from '../../domain/memory.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import { recallApproval } from '../approval/recall-approval.ts';
import { facts } from './facts.ts';
import { undoneByHand } from './hands.ts';
import { durationP90Ms, migrationRate } from './measured.ts';
import { ownObservers } from './own-observers.ts';
import type { RecentNeeds } from './recent-needs.ts';
import { recallRegrets } from './regrets.ts';
import type { ClusterPorts } from '../ports.ts';

const DAY_MS = 86_400_000;
/** Backoff and skips look this far back. */
const HISTORY_MS = 60 * DAY_MS;
/** A backend whose removal was cancelled or failed is skipped for this long. */
const SKIP_MS = 7 * DAY_MS;
const RESTART_MEMORY_MS = 3_600_000;

export interface Recalled {
  readonly memory: Memory;
  readonly operations: readonly Operation[];
  readonly members: readonly Member[];
}

/** What the journal and the store say of a cluster, as one value for the pure part. */
export async function recall(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  needs: RecentNeeds,
  at: EpochMs,
): Promise<Recalled> {
  const [open, listed, pauses, clusterId, members, foreignChanges] = await Promise.all([
    ports.journal.open(policy.name),
    ports.journal.list({ cluster: policy.name, endedAfter: at - HISTORY_MS, limit: 500 }),
    ports.control.pauses(policy.name, at),
    ports.memory.clusterId(policy.name),
    ports.memory.members(policy.name),
    ports.memory.foreignChanges(policy.name, at - HISTORY_MS),
  ]);
  const operations = listed.filter((operation) => !neverBegan(operation));
  const openOperation = open === undefined || neverBegan(open) ? undefined : open;
  const groups = await Promise.all(
    keysOf(policy).map(async (key) => groupMemory(ports, policy, key, { operations, foreignChanges, needs, at })),
  );
  const ended = operations.filter((operation) => operation.endedAt !== undefined);
  const own = await ownObservers(ports.memory, policy.name, { operations: ended, foreignChanges });
  return {
    operations: openOperation === undefined ? ended : [openOperation, ...ended],
    members,
    memory: {
      openOperation,
      ...(await recallApproval(ports, policy, { open, ended: listed, at })),
      groups,
      pauses,
      clusterId: policy.clusterId ?? clusterId,
      migrationRateBytesPerSecond: migrationRate(ended),
      restarts: members
        .filter((member) => member.restartSeenAt !== undefined && at - member.restartSeenAt <= RESTART_MEMORY_MS)
        .map((member) => ({ node: member.node, role: member.role, seenAt: member.restartSeenAt ?? at })),
      ownObservers: own,
      ownDrains:
        openOperation?.kind === 'remove-backend'
          ? openOperation.targets.map((target) => target.node).filter((node) => node !== undefined)
          : [],
      foreignChanges,
    },
  };
}

export function keysOf(policy: ClusterPolicy): readonly GroupKey[] {
  const backends = policy.backends.map((group): GroupKey => ({ role: 'backend', group: group.group }));
  if (policy.frontend === undefined) return backends;
  return [...backends, { role: 'observer', group: 'observer' }, { role: 'follower', group: 'follower' }];
}

async function groupMemory(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  key: GroupKey,
  from: {
    readonly operations: readonly Operation[];
    readonly foreignChanges: readonly ForeignChange[];
    readonly needs: RecentNeeds;
    readonly at: EpochMs;
  },
): Promise<GroupMemory> {
  const own = from.operations.filter((operation) => operation.role === key.role && operation.group === key.group);
  const foreign = from.foreignChanges.filter((change) => change.role === key.role && change.group === key.group);
  const adds = own.filter((operation) => operation.kind.startsWith('add-'));
  const removals = own.filter((operation) => operation.kind.startsWith('remove-'));
  const failed = failedInARow(removals);
  const failedAdds = failedInARow(adds);
  const stored = facts(ports.memory, policy.name, key);
  return {
    ...key,
    lastOutEndedAt: latest([
      ...adds.map((operation) => operation.endedAt),
      ...foreign.filter((change) => change.change === 'added').map((change) => change.at),
    ]),
    lastInEndedAt: latest([
      ...removals.map((operation) => operation.endedAt),
      ...foreign.filter((change) => change.change === 'removed').map((change) => change.at),
    ]),
    failedRemovals: failed.length,
    lastFailedRemovalAt: latest(failed.map((operation) => operation.endedAt)),
    failedAdditions: failedAdds.length,
    lastFailedAdditionAt: latest(failedAdds.map((operation) => operation.endedAt)),
    // Of every group: a backend that another tag took is the same backend.
    skip: skips(
      from.operations.filter(({ role, kind }) => role === key.role && kind.startsWith('remove-')),
      from.at,
    ),
    restsUntil: await stored.restsUntil(),
    recentNeeds: from.needs.of(key, from.at),
    rollingHoldSince: await stored.rollingHoldSince(),
    baselineNodes: await stored.baselineNodes(),
    settledNodes: key.role === 'follower' ? await stored.settledNodes() : undefined,
    referenceCores: await stored.referenceCores(),
    // Nothing was changed, nothing was judged: a tick costs no read more.
    regrets: own.length === 0 ? undefined : await recallRegrets(ports.memory, policy.name, key),
    addDurationMs: durationP90Ms(adds),
    removeDurationMs: durationP90Ms(removals),
  };
}

/** Newest first until one succeeded. What a person undid is a rest, not a failure. */
function failedInARow(operations: readonly Operation[]): readonly Operation[] {
  const newestFirst = operations
    .filter((operation) => operation.endedAt !== undefined && !undoneByHand(operation))
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const success = newestFirst.findIndex((operation) => operation.state === 'succeeded');
  return success === -1 ? newestFirst : newestFirst.slice(0, success);
}

function skips(removals: readonly Operation[], at: EpochMs): GroupMemory['skip'] {
  return removals.flatMap((operation) => {
    if (operation.endedAt === undefined || operation.state === 'succeeded') return [];
    const until = operation.endedAt + SKIP_MS;
    if (until <= at) return [];
    const reason = `its removal ${operation.id} ended ${operation.state}: ${operation.reason}`;
    return operation.targets.flatMap((target) =>
      target.node === undefined ? [] : [{ node: target.node, until, reason }],
    );
  });
}

function latest(instants: readonly (EpochMs | undefined)[]): EpochMs | undefined {
  return instants.reduce((max, at) => (at !== undefined && (max === undefined || at > max) ? at : max), undefined);
}
