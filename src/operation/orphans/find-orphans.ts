import type { HostInventory } from '../../domain/host.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Known } from '../../domain/known.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Orphan } from '../../domain/orphan.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import type { Topology } from '../../domain/topology.ts';
import { heldHosts } from './held-hosts.ts';
import { leftSettings } from './left-settings.ts';
import { neverAlive, registeredTwice, stillRunning } from './rows.ts';

/** What is looked at while no operation is open: with one, half of this would be its own work. */
export interface OrphanFacts {
  readonly at: EpochMs;
  readonly policy: ClusterPolicy;
  readonly topology: Topology;
  /** Of this cluster, ended, newest first. */
  readonly operations: readonly Operation[];
  readonly members: readonly Member[];
  /** By provisioner. */
  readonly hosts: Readonly<Record<string, Known<HostInventory>>>;
  /** Nodes that are gone and whose port answers all the same. */
  readonly answering: ReadonlySet<string>;
  /** Values on the master of the keys that operations changed. */
  readonly configs: Known<Readonly<Record<string, string>>>;
  /** Keys of hosts that were given back after their operation. */
  readonly settled: ReadonlySet<string>;
}

/** What belongs to nothing any more. What could not be read is no orphan: nobody is blamed for it. */
export function findOrphans(facts: OrphanFacts): readonly Orphan[] {
  const held = heldHosts(facts);
  const onHeld = new Set(held.map(({ release }) => release?.host));
  return [
    ...held,
    ...stillRunning(facts).filter(({ subject }) => !onHeld.has(subject.slice(0, subject.lastIndexOf(':')))),
    ...neverAlive(facts),
    ...registeredTwice(facts),
    ...leftSettings(facts),
  ];
}
