import type { RemovalEvidence } from '../domain/evidence.ts';
import type { HostInventory } from '../domain/host.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import type { GroupSignals, Observation } from '../domain/observation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Topology } from '../domain/topology.ts';
import type { HostCache } from './host-cache.ts';
import { attempt } from './attempt.ts';
import type { ClusterPorts } from './ports.ts';

export interface ObserveRequest {
  readonly policy: ClusterPolicy;
  readonly at: EpochMs;
  readonly clockJumped: boolean;
  readonly hosts: HostCache;
}

/** Looks at everything once, side by side. What cannot be read stays unknown with its reason; nothing is thrown. */
export async function observe(ports: ClusterPorts, request: ObserveRequest): Promise<Observation> {
  const { policy, at } = request;
  const [topology, hosts, storeWritable] = await Promise.all([
    attempt(() => ports.reader.topology()),
    listHosts(ports, request),
    ports.storeWritable(),
  ]);
  const [signals, idle, emergency, tabletsInMigration] = topology.known
    ? await Promise.all([
        readSignals(ports, policy, topology.value, at),
        ports.load.idle({ policy, topology: topology.value, at }),
        ports.load.emergency({ policy, topology: topology.value, at }),
        attempt(async () => {
          const view = await ports.reader.migration();
          return view.pending + view.running;
        }),
      ])
    : [[], [], topology, topology];
  return {
    at,
    topology,
    signals,
    idle,
    emergency,
    hosts,
    tabletsInMigration,
    evidence: undefined,
    leader: ports.lease.holds(policy.name),
    clockJumped: request.clockJumped,
    storeWritable,
  };
}

/** The same look again right before acting, with the dear evidence for the chosen victims. */
export async function observeAgain(
  ports: ClusterPorts,
  request: ObserveRequest & {
    readonly group: string;
    readonly victims: readonly string[];
    readonly before: Observation;
  },
): Promise<Observation> {
  const [topology, evidence] = await Promise.all([
    attempt(() => ports.reader.topology()),
    request.victims.length === 0
      ? undefined
      : attempt<RemovalEvidence>(() => ports.reader.evidence({ group: request.group, victims: request.victims })),
  ]);
  return {
    ...request.before,
    at: request.at,
    topology,
    evidence: evidence === undefined ? undefined : evidence.known ? evidence.value : unreadable(request.at, evidence),
    leader: ports.lease.holds(request.policy.name),
    storeWritable: await ports.storeWritable(),
  };
}

async function readSignals(
  ports: ClusterPorts,
  policy: ClusterPolicy,
  topology: Topology,
  at: EpochMs,
): Promise<readonly GroupSignals[]> {
  return await Promise.all(
    policy.backends.map(async (group) => ({
      role: 'backend' as const,
      group: group.group,
      readings: await ports.load.read({ policy, group, topology, at }),
    })),
  );
}

async function listHosts(ports: ClusterPorts, request: ObserveRequest): Promise<Record<string, Known<HostInventory>>> {
  const names = new Set(
    [...request.policy.backends.map((group) => group.provisioner), request.policy.frontend?.provisioner].filter(
      (name) => name !== undefined,
    ),
  );
  const entries = await Promise.all(
    [...names].map(async (name) => [name, await request.hosts.list(ports, name, request.at)] as const),
  );
  return Object.fromEntries(entries);
}

function unreadable(at: EpochMs, unknown: Extract<Known<never>, { known: false }>): RemovalEvidence {
  return {
    at,
    replication: unknown,
    singleReplicaTables: unknown,
    disks: unknown,
    tablets: unknown,
    schedulerOff: unknown,
    jobs: unknown,
    unstableColocateGroups: unknown,
    ownCheck: undefined,
  };
}
