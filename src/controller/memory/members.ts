import type { EpochMs } from '../../domain/instant.ts';
import type { ForeignChange } from '../../domain/memory.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Operation, StepRecord } from '../../domain/operation.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import type { Topology } from '../../domain/topology.ts';
import { recordOf } from '../../operation/steps/records.ts';

/** A change is judged by the nodes of the week after it, and a few days late at most. */
const STAYS_MS = 14 * 86_400_000;

export interface MembershipUpdate {
  readonly members: readonly Member[];
  readonly foreign: readonly ForeignChange[];
}

/**
 * Compares a look at the cluster with what is remembered. A node counts as gone after two looks without it. A change that no
 * operation of ours explains is foreign; a node that another tag or role took from its group left the one and came to the
 * other. At first contact everything is simply learnt.
 */
export function updateMembers(
  remembered: readonly Member[],
  topology: Topology,
  operations: readonly Operation[],
  at: EpochMs,
): MembershipUpdate {
  const seen = new Map(looked(topology, at).map((member) => [member.node, member]));
  const before = new Map(remembered.map((member) => [member.node, member]));
  const foreign: ForeignChange[] = [];
  const members: Member[] = [];
  for (const now of seen.values()) {
    const old = before.get(now.node);
    const isNew = old === undefined || old.goneAt !== undefined;
    if (isNew && remembered.length > 0 && !explainedBy(operations, 'added').has(now.node))
      foreign.push(change(now, at, 'added'));
    // One change of a node an instant is what the store keeps.
    if (!isNew && old.group !== now.group) foreign.push(change(old, at - 1, 'removed'), change(now, at, 'added'));
    members.push(old === undefined ? now : { ...(isNew ? now : carryOn(old, now, at)), ...stays(old, now, at) });
  }
  for (const old of remembered) {
    if (seen.has(old.node)) continue;
    if (old.goneAt !== undefined) {
      members.push(old);
    } else if (old.missedAt === undefined) {
      members.push({ ...old, missedAt: at });
    } else {
      if (!explainedBy(operations, 'removed').has(old.node)) foreign.push(change(old, at, 'removed'));
      members.push({ ...old, missedAt: undefined, goneAt: at });
    }
  }
  return { members, foreign };
}

function looked(topology: Topology, at: EpochMs): readonly Member[] {
  const common = { firstSeenAt: at, lastSeenAt: at, goneAt: undefined, missedAt: undefined, restartSeenAt: undefined };
  return [
    ...topology.frontends.map((frontend) => ({
      node: frontend.address,
      role: 'frontend' as const,
      group: frontend.role === 'OBSERVER' ? 'observer' : 'follower',
      host: frontend.host,
      httpPort: frontend.httpPort,
      lastStartTime: frontend.lastStartTime,
      ...common,
    })),
    ...topology.backends.map((backend) => ({
      node: backend.address,
      role: 'backend' as const,
      group: backend.group,
      host: backend.host,
      httpPort: backend.httpPort > 0 ? backend.httpPort : undefined,
      lastStartTime: backend.lastStartTime,
      ...common,
    })),
  ];
}

function carryOn(old: Member, now: Member, at: EpochMs): Member {
  const restarted =
    old.lastStartTime !== undefined && now.lastStartTime !== undefined && old.lastStartTime !== now.lastStartTime;
  return {
    ...now,
    httpPort: now.httpPort ?? old.httpPort,
    lastStartTime: now.lastStartTime ?? old.lastStartTime,
    restartSeenAt: restarted ? at : old.restartSeenAt,
  };
}

/** Since when it is of its group, and of which it was before. */
function stays(old: Member, now: Member, at: EpochMs): Pick<Member, 'firstSeenAt' | 'earlier'> {
  const { group, firstSeenAt: from } = old;
  const until = old.goneAt ?? (group === now.group ? undefined : at);
  const all = [...(old.earlier ?? []), ...(until === undefined ? [] : [{ group, from, until }])];
  const earlier = all.filter((stay) => stay.until > at - STAYS_MS);
  return { firstSeenAt: until === undefined ? from : at, ...(earlier.length === 0 ? {} : { earlier }) };
}

function change(member: Member, at: EpochMs, what: 'added' | 'removed'): ForeignChange {
  const role = member.role === 'backend' ? 'backend' : member.group === 'observer' ? 'observer' : 'follower';
  return { at, node: member.node, change: what, role, group: member.group };
}

/** An operation that is over and left a node as it was is not why that node comes, or goes, afterwards. */
function explainedBy(operations: readonly Operation[], what: 'added' | 'removed'): ReadonlySet<NodeAddress> {
  const does = { added: 'add-', removed: 'remove-' }[what];
  const nodes = operations.flatMap((operation) => {
    const named = [...nodesOf([operation])];
    if (operation.endedAt === undefined || !operation.kind.startsWith(does)) return named;
    const left = nodesOf([leftAsTheyWere(operation)]);
    return named.filter((node) => !left.has(node));
  });
  return new Set(nodes);
}

/** The operation with those targets alone that turned and were taken back, or were not begun. */
function leftAsTheyWere(operation: Operation): Operation {
  const isOf = (index: number, { key }: StepRecord): boolean => key.startsWith(`${String(index)}.`);
  const isLeft = (index: number): boolean => {
    if (!operation.steps.some((step) => isOf(index, step))) return operation.state !== 'succeeded';
    const stateOf = (step: string) => recordOf(operation, index, step)?.state;
    return stateOf('turn') === 'done' && stateOf('undo-register') !== 'failed';
  };
  return {
    ...operation,
    targets: operation.targets.filter((_, index) => isLeft(index)),
    steps: operation.steps.filter((step) => operation.targets.some((_, index) => isLeft(index) && isOf(index, step))),
  };
}

/** Every node that an operation names, in its targets or in the data of its steps. */
export function nodesOf(operations: readonly Operation[]): ReadonlySet<NodeAddress> {
  const nodes = new Set<NodeAddress>();
  for (const operation of operations) {
    for (const target of operation.targets) if (target.node !== undefined) nodes.add(target.node);
    for (const step of operation.steps) if (typeof step.data['node'] === 'string') nodes.add(step.data['node']);
  }
  return nodes;
}
