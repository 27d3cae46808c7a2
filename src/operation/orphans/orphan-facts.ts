import type { HostInventory } from '../../domain/host.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Known } from '../../domain/known.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import type { Topology } from '../../domain/topology.ts';

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
