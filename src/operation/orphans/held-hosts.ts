import type { Operation } from '../../domain/operation.ts';
import type { HostRelease, Orphan } from '../../domain/orphan.ts';
import { hostOf, nodeOf } from '../nodes.ts';
import { provisionerOf } from '../provisioner-of.ts';
import { recordOf } from '../steps/records.ts';
import type { OrphanFacts } from './orphan-facts.ts';
import { servedSince } from './served-since.ts';

/** Hosts that a provisioner keeps for an operation that is over, as its list or our journal says. */
export function heldHosts(facts: OrphanFacts): readonly Orphan[] {
  const all = [...ofJournal(facts), ...ofInventories(facts)];
  return all.filter(({ subject }, index) => all.findIndex((other) => other.subject === subject) === index);
}

/** `<operation>.<target>`: any other key is of another cluster, or of something else that asks the same provisioner. */
export function operationOfKey(key: string): { readonly id: string; readonly index: number } | undefined {
  const parts = /^(?<id>.+)\.(?<index>\d+)$/.exec(key)?.groups;
  return parts?.['id'] === undefined ? undefined : { id: parts['id'], index: Number(parts['index']) };
}

function ofInventories(facts: OrphanFacts): readonly Orphan[] {
  const { hosts, operations, topology } = facts;
  return Object.values(hosts).flatMap((inventory) => {
    if (!inventory.known) return [];
    return inventory.value.hosts.flatMap(({ host, heldBy }): readonly Orphan[] => {
      const named = heldBy === undefined ? undefined : operationOfKey(heldBy);
      const operation = operations.find(({ id }) => id === named?.id);
      if (heldBy === undefined || named === undefined || operation === undefined) return [];
      if (isRegisteredOn({ topology }, operation, host)) return [];
      const release = releaseOf(operation, { ...named, host, provisioner: inventory.value.provisioner });
      return [orphanOf(operation, named.index, release, facts)];
    });
  });
}

/** Operations that ended without having stopped or given back what they had taken, or had taken out. */
function ofJournal(facts: OrphanFacts): readonly Orphan[] {
  const { operations, policy, settled } = facts;
  return operations.flatMap((operation) => {
    const provisioner = provisionerOf(policy, operation);
    if (provisioner === undefined || operation.state === 'succeeded') return [];
    return operation.targets.flatMap((target, index): readonly Orphan[] => {
      const host = hostOf({ operation, index, target });
      if (host === undefined || !isUnfinished(operation, index)) return [];
      const release = releaseOf(operation, { index, host, provisioner });
      if (settled.has(release.key) || isRegisteredOn(facts, operation, host)) return [];
      return isTakenSince(operations, operation, host) ? [] : [orphanOf(operation, index, release, facts)];
    });
  });
}

/** Stopping it or giving it back was given up. */
function isUnfinished(operation: Operation, index: number): boolean {
  const last = operation.kind.startsWith('add-')
    ? ['undo-stop', 'undo-release']
    : ['stop', 'ports-closed', 'clean', 'release'];
  return last.some((key) => recordOf(operation, index, key)?.state === 'failed');
}

function isTakenSince(operations: readonly Operation[], before: Operation, host: string): boolean {
  return operations.some(
    (operation) =>
      operation.createdAt > before.createdAt &&
      operation.targets.some((target, index) => hostOf({ operation, index, target }) === host),
  );
}

function isRegisteredOn({ topology }: Pick<OrphanFacts, 'topology'>, { role }: Operation, host: string): boolean {
  const rows = role === 'backend' ? topology.backends : topology.frontends;
  return rows.some((row) => row.host === host);
}

function releaseOf(
  operation: Operation,
  { index, host, provisioner }: { readonly index: number; readonly host: string; readonly provisioner: string },
): HostRelease {
  const target = operation.targets[index];
  return {
    provisioner,
    role: operation.role === 'backend' ? 'backend' : 'frontend',
    host,
    node: target === undefined ? undefined : nodeOf({ operation, index, target }),
    key: `${operation.id}.${String(index)}`,
  };
}

function orphanOf(operation: Operation, index: number, release: HostRelease, facts: OrphanFacts): Orphan {
  const { members, topology } = facts;
  const { host, provisioner } = release;
  const { kind, id, state, clusterId } = operation;
  const mend = `stop its process and give it back to provisioner ${provisioner}`;
  if (servedSince(operation, index, release, members)) {
    return {
      code: 'host-held',
      subject: host,
      what: `${host} was not given back after ${kind} ${id}, served since, and is not registered any more`,
      mend: `unless it is to come back: ${mend}`,
    };
  }
  const what = `${host} was not given back when ${kind} ${id} ended ${state}; its process may run`;
  // What is not registered here may serve there.
  if (clusterId !== topology.clusterId)
    return { code: 'host-held', subject: host, what, mend: `unless it serves cluster ${clusterId}: ${mend}` };
  const other = heldForOthers(facts, release);
  if (other !== undefined)
    return {
      code: 'host-held',
      subject: host,
      what,
      mend: `unless it serves whom it is held for by now, ${other}: ${mend}`,
    };
  return { code: 'host-held', subject: host, what, mend, release };
}

/**
 * A key of none of our operations for which the host is held by now: a person gave it back, and somebody else took it. One that
 * was a member is held for whichever operation of ours once added it.
 */
function heldForOthers(
  { hosts, operations }: OrphanFacts,
  { provisioner, host, role, node }: HostRelease,
): string | undefined {
  const inventory = hosts[provisioner];
  if (inventory?.known !== true) return undefined;
  return inventory.value.hosts
    .filter((each) => each.host === host && (each.role === undefined || each.role === role))
    .filter(({ address }) => address === undefined || node === undefined || address === node)
    .map(({ heldBy }) => heldBy)
    .find((key) => key !== undefined && operations.every(({ id }) => id !== operationOfKey(key)?.id));
}
