import type { HostState } from '../../../domain/host.ts';
import type { SimulatedCluster } from '../../cluster.ts';

export type HostRole = 'backend' | 'frontend';

/** A host of the simulated machine room, whether it belongs to the cluster or not. */
export interface SimulatedHost {
  readonly host: string;
  readonly role: HostRole;
  /** Heartbeat port of a BE, edit log port of an FE. */
  readonly port: number;
  readonly running: boolean;
  readonly registered: boolean;
  /** Of an FE: what its log says of why it ended by itself. */
  readonly lastWords?: string;
}

export function listHosts(cluster: SimulatedCluster): readonly SimulatedHost[] {
  const backends = cluster.backends().map(({ host, ports, running, registered }) => ({
    host,
    role: 'backend' as const,
    port: ports.heartbeat,
    running,
    registered,
  }));
  const frontends = cluster.frontends().map(({ host, ports, running, registered, lastWords }) => ({
    host,
    role: 'frontend' as const,
    port: ports.editLog,
    running,
    registered,
    ...(lastWords === undefined ? {} : { lastWords }),
  }));
  return [...backends, ...frontends];
}

/** As a provisioner's `list` names it. A process that nobody registered is somebody's: such a host is never given, nor said to be. */
export function hostState(
  host: SimulatedHost,
  lease: { readonly leased: boolean; readonly dirty: boolean },
): HostState {
  if (host.registered) return 'in-use';
  if (lease.leased) return 'leased';
  if (host.running) return 'in-use';
  return lease.dirty ? 'dirty' : 'free';
}
