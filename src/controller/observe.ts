import { unreadEvidence } from '../decision/unread-evidence.ts';
import { sizeMeasure } from '../decision/demand/measure.ts';
import type { ClusterEvidence } from '../domain/evidence.ts';
import type { SignalPolicy } from '../domain/group-policy.ts';
import type { HostInventory } from '../domain/host.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import type { GroupSignals, IdleReading, Observation } from '../domain/observation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Topology } from '../domain/topology.ts';
import type { HostCache } from './host-cache.ts';
import { attempt } from './attempt.ts';
import type { ClusterPorts } from './ports.ts';

/** Real time: a slow answer is not a dead cluster, SHOW FRONTENDS can take a minute. Tablets are walked for the evidence. */
export const DEADLINES = { lookMs: 120_000, evidenceMs: 600_000 };

export interface ObserveRequest {
  readonly policy: ClusterPolicy;
  readonly at: EpochMs;
  readonly clockJumped: boolean;
  readonly hosts: HostCache;
  /** For what is looked at side by side, and for the evidence. */
  readonly deadlines?: { readonly lookMs: number; readonly evidenceMs: number };
}

/** Looks at everything once, side by side. What cannot be read in time stays unknown with its reason; nothing is thrown. */
export async function observe(ports: ClusterPorts, request: ObserveRequest): Promise<Observation> {
  const { policy, at } = request;
  const { lookMs } = request.deadlines ?? DEADLINES;
  const late = AbortSignal.timeout(lookMs);
  const [{ topology, ...load }, hosts, storeWritable] = await Promise.all([
    lookAtCluster(ports, { policy, at, lookMs }),
    listHosts(ports, request, late),
    isStoreWritable(ports, late),
  ]);
  return {
    at,
    topology,
    ...load,
    hosts,
    evidence: undefined,
    leader: ports.lease.holds(policy.name),
    clockJumped: request.clockJumped,
    storeWritable,
  };
}

type ClusterLook = Pick<Observation, 'topology' | 'signals' | 'idle' | 'emergency' | 'tabletsInMigration'>;

/** Load is asked for once the members are known; each of the two has the whole deadline. */
async function lookAtCluster(
  ports: ClusterPorts,
  { policy, at, lookMs }: { readonly policy: ClusterPolicy; readonly at: EpochMs; readonly lookMs: number },
): Promise<ClusterLook> {
  const cluster = await attempt(() => ports.reader.look(), AbortSignal.timeout(lookMs));
  if (!cluster.known) {
    return { topology: cluster, signals: [], idle: [], emergency: cluster, tabletsInMigration: cluster };
  }
  const { topology, tabletsInMigration } = cluster.value;
  const look = { policy, topology, at, late: AbortSignal.timeout(lookMs) };
  const [signals, idle, emergency] = await Promise.all([
    readSignals(ports, look),
    readIdle(ports, look),
    readEmergency(ports, look),
  ]);
  return { topology: { known: true, value: topology }, signals, idle, emergency, tabletsInMigration };
}

/** The same look again right before acting, with the evidence for the chosen victims; tablets are not walked yet. */
export async function observeAgain(
  ports: ClusterPorts,
  request: ObserveRequest & {
    readonly group: string;
    readonly victims: readonly string[];
    readonly before: Observation;
  },
): Promise<Observation> {
  const { lookMs, evidenceMs } = request.deadlines ?? DEADLINES;
  const [topology, evidence] = await Promise.all([
    attempt(() => ports.reader.topology(), AbortSignal.timeout(lookMs)),
    request.victims.length === 0
      ? undefined
      : attempt<ClusterEvidence>(
          () => ports.reader.evidence({ group: request.group, victims: request.victims }),
          AbortSignal.timeout(evidenceMs),
        ),
  ]);
  return {
    ...request.before,
    at: request.at,
    topology,
    evidence:
      evidence === undefined
        ? undefined
        : {
            ...(evidence.known ? evidence.value : unreadEvidence(request.at, evidence.reason)),
            walk: undefined,
          },
    leader: ports.lease.holds(request.policy.name),
    storeWritable: await isStoreWritable(ports, AbortSignal.timeout(lookMs)),
  };
}

async function isStoreWritable(ports: ClusterPorts, late: AbortSignal): Promise<boolean> {
  const writable = await attempt(() => ports.storeWritable(), late);
  return writable.known && writable.value;
}

interface LoadLook {
  readonly policy: ClusterPolicy;
  readonly topology: Topology;
  readonly at: EpochMs;
  readonly late: AbortSignal;
}

async function readSignals(ports: ClusterPorts, look: LoadLook): Promise<readonly GroupSignals[]> {
  const { policy, topology, at, late } = look;
  return await Promise.all(
    policy.backends.map(async (group) => {
      const readings = await attempt(() => ports.load.read({ policy, group, topology, at }), late);
      return {
        role: 'backend' as const,
        group: group.group,
        readings: readings.known
          ? readings.value
          : group.signals.map((signal) => unreadSignal(signal, readings.reason)),
      };
    }),
  );
}

async function readIdle(
  ports: ClusterPorts,
  { policy, topology, at, late }: LoadLook,
): Promise<readonly IdleReading[]> {
  const idle = await attempt(() => ports.load.idle({ policy, topology, at }), late);
  if (idle.known) return idle.value;
  return policy.windows.idle.map(({ signal, below }) => ({
    signal,
    below,
    state: 'unknown' as const,
    value: undefined,
    detail: idle.reason,
  }));
}

async function readEmergency(ports: ClusterPorts, { policy, topology, at, late }: LoadLook): Promise<Known<boolean>> {
  const emergency = await attempt(() => ports.load.emergency({ policy, topology, at }), late);
  return emergency.known ? emergency.value : emergency;
}

function unreadSignal(signal: SignalPolicy, reason: string): SignalReading {
  const { purpose } = signal;
  return {
    signal: signal.name,
    kind: purpose.kind,
    measure: sizeMeasure(signal) ?? 'level',
    quality: 'missing',
    reason,
    sampleAt: undefined,
    ageMs: undefined,
    value: undefined,
    nodes: [],
    missingBackends: [],
    foreignSeries: [],
    bound: purpose.kind === 'limit' ? purpose.limit : purpose.form === 'target' ? purpose.targetRatio : purpose.perNode,
  };
}

async function listHosts(
  ports: ClusterPorts,
  request: ObserveRequest,
  late: AbortSignal,
): Promise<Record<string, Known<HostInventory>>> {
  const names = new Set(
    [...request.policy.backends.map((group) => group.provisioner), request.policy.frontend?.provisioner].filter(
      (name) => name !== undefined,
    ),
  );
  const entries = await Promise.all(
    [...names].map(async (name) => {
      const hosts = await attempt(() => request.hosts.list(ports, name, request.at), late);
      return [name, hosts.known ? hosts.value : hosts] as const;
    }),
  );
  return Object.fromEntries(entries);
}
