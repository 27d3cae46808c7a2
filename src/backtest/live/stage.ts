import { sizeMeasure } from '../../decision/demand/measure.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { GroupSignals, Observation } from '../../domain/observation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { SignalReading } from '../../domain/signal.ts';
import type { Backend, Frontend, Topology } from '../../domain/topology.ts';

const PROVISIONER = 'backtest';
const CLUSTER_ID = '1';
const VERSION = '4.0.0';
/** Nothing is on it, so that nothing has to fit elsewhere. */
const DISK_BYTES = 2 ** 40;
const NEVER_CHANGED = '1970-01-01 00:00:00';

/** The policy as it is replayed: one group, in act, with the signals whose load is known and hosts for every node. */
export function stagedPolicy(
  cluster: ClusterPolicy,
  group: GroupPolicy,
  signals: readonly SignalPolicy[],
): ClusterPolicy {
  return {
    ...cluster,
    mode: 'act',
    clusterId: CLUSTER_ID,
    protect: [],
    windows: { ...cluster.windows, idle: [], emergency: undefined },
    backends: [{ ...group, signals, provisioner: PROVISIONER }],
    frontend: undefined,
  };
}

/** Observations of a cluster that lacks nothing: every node is alive, holds no data and can be replaced. */
export interface Stage {
  readonly observe: (at: EpochMs, nodes: number, limits: (signal: SignalPolicy) => number | undefined) => Observation;
}

export function stageOf({ backends: [group] }: ClusterPolicy, most: number): Stage {
  const name = group?.group ?? '';
  const signals = group?.signals ?? [];
  const all = Array.from({ length: most }, (_, index) => backend(index, name));
  const hosts: Observation['hosts'] = {
    [PROVISIONER]: {
      known: true,
      value: {
        provisioner: PROVISIONER,
        hosts: all.map(({ host, address }) => ({ host, address, state: 'free' as const })),
      },
    },
  };
  const frontends = [frontend()];
  const topologies = new Map<number, Topology>();
  const topologyOf = (nodes: number): Topology => {
    const known = topologies.get(nodes);
    if (known !== undefined) return known;
    const topology: Topology = {
      at: 0,
      clusterId: CLUSTER_ID,
      mode: 'coupled',
      version: VERSION,
      master: frontends[0]?.address ?? '',
      frontends,
      backends: all.slice(0, nodes),
    };
    topologies.set(nodes, topology);
    return topology;
  };
  const readings = signals.map((signal) => readingOf(signal, undefined));
  const sizesOnly: readonly GroupSignals[] = [{ role: 'backend', group: name, readings }];
  const bounded = signals.some(({ purpose }) => purpose.kind === 'limit');
  return {
    observe: (at, nodes, limits) => ({
      at,
      topology: { known: true, value: topologyOf(nodes) },
      signals: bounded
        ? [{ role: 'backend', group: name, readings: signals.map((signal) => readingOf(signal, limits(signal))) }]
        : sizesOnly,
      idle: [],
      emergency: { known: true, value: false },
      hosts,
      tabletsInMigration: { known: true, value: 0 },
      evidence: undefined,
      leader: true,
      clockJumped: false,
      storeWritable: true,
    }),
  };
}

/** What it says is in the history; a limit is judged by its value. One that is not known forbids scale-in. */
function readingOf(signal: SignalPolicy, value: number | undefined): SignalReading {
  const { purpose } = signal;
  const isLimit = purpose.kind === 'limit';
  const missing = isLimit && value === undefined;
  return {
    signal: signal.name,
    kind: purpose.kind,
    measure: isLimit ? 'level' : (sizeMeasure(signal) ?? 'level'),
    quality: missing ? 'missing' : 'ok',
    reason: missing ? 'the trace does not know it' : '',
    sampleAt: undefined,
    ageMs: undefined,
    value: isLimit ? value : undefined,
    nodes: [],
    missingBackends: [],
    foreignSeries: [],
    bound: isLimit ? purpose.limit : purpose.form === 'target' ? purpose.targetRatio : purpose.perNode,
  };
}

function backend(index: number, group: string): Backend {
  const host = `node-${String(index + 1)}`;
  return {
    id: String(index + 1),
    host,
    address: `${host}:9050`,
    heartbeatPort: 9050,
    httpPort: 8040,
    alive: true,
    decommissioned: false,
    group,
    tags: { location: group },
    tablets: 0,
    dataUsedBytes: 0,
    trashUsedBytes: 0,
    availableBytes: DISK_BYTES,
    totalBytes: DISK_BYTES,
    maxDiskUsedRatio: 0,
    queryDisabled: false,
    loadDisabled: false,
    shutdown: false,
    nodeRole: 'mix',
    cpuCores: undefined,
    memoryBytes: undefined,
    runningTasks: 0,
    heartbeatFailures: 0,
    lastStartTime: NEVER_CHANGED,
    errorMessage: '',
    version: VERSION,
  };
}

function frontend(): Frontend {
  return {
    name: 'frontend-1',
    host: 'frontend-1',
    address: 'frontend-1:9010',
    editLogPort: 9010,
    httpPort: 8030,
    queryPort: 9030,
    rpcPort: 9020,
    role: 'FOLLOWER',
    isMaster: true,
    clusterId: CLUSTER_ID,
    joined: true,
    alive: true,
    replayedJournalId: 1,
    lastStartTime: NEVER_CHANGED,
    errorMessage: '',
    version: VERSION,
  };
}
