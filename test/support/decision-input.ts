import type { DecideInput } from '../../src/decision/input.ts';
import { noMemory } from '../../src/decision/world.ts';
import { SLOT_MS } from '../../src/domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../src/domain/demand.ts';
import type { RemovalEvidence, TabletWalk } from '../../src/domain/evidence.ts';
import type { GroupPolicy, SignalPolicy } from '../../src/domain/group-policy.ts';
import type { GroupMemory, Memory } from '../../src/domain/memory.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { ClusterPolicy, FrontendPolicy } from '../../src/domain/policy.ts';
import type { Member } from '../../src/domain/ports/cluster-memory.ts';
import type { SignalReading } from '../../src/domain/signal.ts';
import type { Backend, Frontend, Topology } from '../../src/domain/topology.ts';
import type { WindowsPolicy } from '../../src/domain/window.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GIB = 1024 ** 3;
/** Tuesday 2026-03-10 02:00 UTC: in the middle of the window 01:00-05:00. */
export const NOW = Date.UTC(2026, 2, 10, 2);

/** An hour each weeknight, of which 50 min are usable, and all of the weekend. */
export const SHORT_WEEKNIGHTS: WindowsPolicy['allow'] = [
  { form: 'weekly', name: 'weeknight', days: [1, 2, 3, 4, 5], startMinute: 60, endMinute: 120 },
  { form: 'weekly', name: 'weekend', days: [6, 7], startMinute: 0, endMinute: 1440 },
];

export function windowsPolicy(parts: Partial<WindowsPolicy> = {}): WindowsPolicy {
  return {
    timezone: 'UTC',
    always: false,
    allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, endMinute: 300 }],
    deny: [],
    holidays: [],
    idle: [],
    guardMs: 10 * MINUTE,
    onClose: 'throttle',
    scaleOut: 'window',
    emergency: undefined,
    ...parts,
  };
}

/** A total of 100 per node. */
export const QUERIES: SignalPolicy = {
  name: 'queries',
  query: 'queries',
  purpose: { kind: 'size', form: 'per-node', perNode: 100 },
  memoryPerNodeBytes: undefined,
  injectLabels: true,
};

export const CPU: SignalPolicy = {
  ...QUERIES,
  name: 'be_cpu',
  query: undefined,
  purpose: { kind: 'size', form: 'target', targetRatio: 0.5 },
};

export const HEAP: SignalPolicy = {
  ...QUERIES,
  name: 'fe_heap',
  query: undefined,
  purpose: { kind: 'limit', limit: 0.8 },
};

export function groupPolicy(parts: Partial<GroupPolicy> = {}): GroupPolicy {
  return {
    group: 'default',
    min: 3,
    max: 20,
    step: { out: 4, in: 1 },
    provisioner: 'spares',
    signals: [QUERIES],
    forecast: { seasonsMs: [DAY, 7 * DAY], historyMs: 28 * DAY, quantile: 0.98, headroomRatio: 0.1 },
    schedule: [],
    cooldown: { outMs: 30 * MINUTE, inMs: 12 * HOUR },
    minHoldMs: DAY,
    stabilize: { outMs: 0, inMs: 10 * MINUTE },
    deadBandRatio: 0.1,
    leadTimeMs: undefined,
    disk: { projectedRatio: 0.75, cancelRatio: 0.82 },
    cost: undefined,
    ...parts,
  };
}

export function clusterPolicy(parts: Partial<ClusterPolicy> = {}): ClusterPolicy {
  return {
    name: 'analytics',
    mode: 'act',
    endpoints: [{ host: 'fe1', port: 9030 }],
    user: 'autoscaler',
    password: undefined,
    clusterId: undefined,
    allowUnmanagedPods: false,
    protect: [],
    singleReplica: 'move',
    prometheus: {
      url: 'http://prometheus:9090',
      labels: {},
      maxAgeMs: 90_000,
      recoveryMs: 10 * MINUTE,
      instanceLabel: 'instance',
      instanceMap: {},
      timeoutMs: 10_000,
      auth: undefined,
      caFile: undefined,
    },
    windows: windowsPolicy(),
    operations: {
      stallAfterMs: 30 * MINUTE,
      onStall: 'ask',
      deadlineMs: 3 * DAY,
      drainQueriesMs: 15 * MINUTE,
      safety: 1.5,
      undoMs: 2 * MINUTE,
    },
    migration: { inWindow: undefined, outside: undefined, assumedRateBytesPerSecond: 20 * 1024 ** 2 },
    backends: [groupPolicy()],
    frontend: undefined,
    ...parts,
  };
}

export function frontendPolicy(parts: Partial<FrontendPolicy> = {}): FrontendPolicy {
  return {
    backendsPerFrontend: { min: 10, max: 20 },
    followers: 3,
    observers: { min: 0, max: 6, managed: [] },
    provisioner: 'spares',
    ...parts,
  };
}

/** A backend as it is remembered, with its HTTP port. */
export function member(host: string, parts: Partial<Member> = {}): Member {
  return {
    node: `${host}:9050`,
    role: 'backend',
    group: 'default',
    host,
    httpPort: 8040,
    firstSeenAt: NOW,
    lastSeenAt: NOW,
    missedAt: undefined,
    goneAt: undefined,
    lastStartTime: undefined,
    restartSeenAt: undefined,
    ...parts,
  };
}

export function backend(index: number, parts: Partial<Backend> = {}): Backend {
  const host = parts.host ?? `10.0.0.${String(index + 1)}`;
  return {
    id: String(10_000 + index),
    host,
    address: `${host}:9050`,
    heartbeatPort: 9050,
    httpPort: 8040,
    alive: true,
    decommissioned: false,
    group: 'default',
    tags: { location: 'default' },
    tablets: 1000 + index,
    dataUsedBytes: (10 + index) * GIB,
    trashUsedBytes: 0,
    availableBytes: 80 * GIB,
    totalBytes: 100 * GIB,
    maxDiskUsedRatio: 0.2,
    queryDisabled: false,
    loadDisabled: false,
    shutdown: false,
    nodeRole: 'mix',
    cpuCores: 16,
    memoryBytes: 64 * GIB,
    runningTasks: 0,
    heartbeatFailures: 0,
    lastStartTime: '2026-01-01 00:00:00',
    errorMessage: '',
    version: 'doris-3.0.2',
    ...parts,
  };
}

export function backends(count: number, parts: Partial<Backend> = {}): readonly Backend[] {
  return Array.from({ length: count }, (_, index) => backend(index, parts));
}

export function frontend(index: number, parts: Partial<Frontend> = {}): Frontend {
  const host = `fe${String(index + 1)}`;
  return {
    name: host,
    host,
    address: `${host}:9010`,
    editLogPort: 9010,
    httpPort: 8030,
    queryPort: 9030,
    rpcPort: 9020,
    role: 'FOLLOWER',
    isMaster: index === 0,
    clusterId: '77',
    joined: true,
    alive: true,
    replayedJournalId: 1000,
    lastStartTime: '2026-01-01 00:00:00',
    errorMessage: '',
    version: 'doris-3.0.2',
    ...parts,
  };
}

export function topology(nodes: readonly Backend[], parts: Partial<Topology> = {}): Topology {
  return {
    at: NOW,
    clusterId: '77',
    mode: 'coupled',
    version: '3.0.2',
    master: 'fe1:9010',
    frontends: [frontend(0), frontend(1), frontend(2)],
    backends: nodes,
    ...parts,
  };
}

export function reading(signal: SignalPolicy, parts: Partial<SignalReading> = {}): SignalReading {
  const { purpose } = signal;
  return {
    signal: signal.name,
    kind: purpose.kind,
    measure: purpose.kind === 'limit' ? 'level' : purpose.form === 'per-node' ? 'total' : 'utilisation',
    quality: 'ok',
    reason: '',
    sampleAt: NOW - 10_000,
    ageMs: 10_000,
    value: 0.1,
    nodes: [],
    missingBackends: [],
    foreignSeries: [],
    bound:
      purpose.kind === 'limit' ? purpose.limit : purpose.form === 'per-node' ? purpose.perNode : purpose.targetRatio,
    ...parts,
  };
}

/** Spares 10.0.1.1 ... besides the members, all free. */
export function hosts(members: readonly Backend[], spares: number): Observation['hosts'] {
  const host = (name: string) => ({ host: name, address: `${name}:9050`, state: 'free' as const });
  const free = Array.from({ length: spares }, (_, index) => host(`10.0.1.${String(index + 1)}`));
  return {
    spares: {
      known: true,
      value: { provisioner: 'spares', hosts: [...members.map((each) => host(each.host)), ...free] },
    },
  };
}

export function observation(
  members: readonly Backend[],
  policy: ClusterPolicy,
  parts: Partial<Observation> = {},
): Observation {
  return {
    at: NOW,
    topology: { known: true, value: topology(members) },
    signals: policy.backends.map((group) => ({
      role: 'backend',
      group: group.group,
      readings: group.signals.map((each) => reading(each)),
    })),
    idle: [],
    emergency: { known: true, value: false },
    hosts: hosts(members, 8),
    tabletsInMigration: { known: true, value: 0 },
    evidence: undefined,
    leader: true,
    clockJumped: false,
    storeWritable: true,
    ...parts,
  };
}

export function groupMemory(parts: Partial<GroupMemory> = {}): GroupMemory {
  return { ...noMemory({ role: 'backend', group: 'default' }), ...parts };
}

export function memory(parts: Partial<Memory> = {}): Memory {
  return {
    openOperation: undefined,
    proposal: undefined,
    rejections: [],
    groups: [groupMemory()],
    pauses: [],
    clusterId: '77',
    migrationRateBytesPerSecond: undefined,
    restarts: [],
    ownObservers: [],
    ownDrains: [],
    foreignChanges: [],
    ...parts,
  };
}

/** Slots of one signal over the days before an instant. */
export function slots(
  signal: string,
  load: (slotStartMs: number) => number | undefined,
  span: { readonly until?: number; readonly days?: number; readonly migrating?: (slotStartMs: number) => boolean } = {},
): readonly LoadSlot[] {
  const until = Math.floor((span.until ?? NOW) / SLOT_MS) * SLOT_MS;
  const list: LoadSlot[] = [];
  for (let at = until - (span.days ?? 8) * DAY; at < until; at += SLOT_MS) {
    const value = load(at);
    if (value === undefined) continue;
    list.push({
      signal,
      slotStartMs: at,
      load: value,
      samples: 10,
      nodes: 0,
      migrating: span.migrating?.(at) ?? false,
    });
  }
  return list;
}

export function history(signals: Readonly<Record<string, readonly LoadSlot[]>>, group = 'default'): LoadHistory {
  return { role: 'backend', group, signals };
}

/** A cluster of `nodes` whose load needed `need` nodes for eight days, too few to forecast from, in an open window: whatever is not given is fine. */
export function input(options: {
  readonly nodes?: number;
  readonly need?: number;
  readonly policy?: Partial<ClusterPolicy>;
  readonly group?: Partial<GroupPolicy>;
  readonly members?: readonly Backend[];
  readonly topology?: Partial<Topology>;
  readonly observation?: Partial<Observation>;
  readonly memory?: Partial<Memory>;
  readonly groupMemory?: Partial<GroupMemory>;
  readonly demand?: readonly LoadHistory[];
  readonly at?: number;
}): DecideInput {
  const members = options.members ?? backends(options.nodes ?? 6);
  const policy = clusterPolicy({ backends: [groupPolicy(options.group)], ...options.policy });
  const at = options.at ?? NOW;
  return {
    policy,
    at,
    observation: observation(members, policy, {
      at,
      topology: { known: true, value: topology(members, options.topology) },
      ...options.observation,
    }),
    demand: options.demand ?? [
      history({ queries: slots('queries', () => (options.need ?? 3.5) * 100, { until: at }) }),
    ],
    memory: memory({ groups: [groupMemory(options.groupMemory)], ...options.memory }),
  };
}

/** Nothing stands against the removal of a backend. */
export function evidence(
  members: readonly Backend[],
  parts: Partial<RemovalEvidence & TabletWalk> = {},
): RemovalEvidence {
  const { replication, singleReplicaTables, tablets, largestTablets, residualTablets, backups, ...rest } = parts;
  const walked = { replication, singleReplicaTables, tablets, largestTablets, residualTablets, backups };
  return {
    at: NOW,
    disks: {
      known: true,
      value: members.map((member) => ({
        backend: member.address,
        backendId: member.id,
        path: '/data1',
        medium: 'HDD',
        online: true,
        dataBytes: 15 * GIB,
        usedBytes: 20 * GIB,
        totalBytes: 100 * GIB,
      })),
    },
    watermarks: {
      known: true,
      value: { highRatio: 0.85, highLeftBytes: 2 * GIB, floodRatio: 0.95, floodLeftBytes: GIB },
    },
    cloneSpeed: { known: true, value: { timeoutMs: 2 * HOUR, slowestBytesPerSecond: undefined } },
    schedulerOff: { known: true, value: [] },
    jobs: { known: true, value: [] },
    transactions: { known: true, value: { running: 0, old: [] } },
    unstableColocateGroups: { known: true, value: [] },
    recycleBin: { known: true, value: { entries: 0, names: [], emptyInMs: 0, ignoredBelow: 5000 } },
    frontendDisks: { known: true, value: [{ host: 'fe1', path: '/meta', availableBytes: 74 * GIB }] },
    fastClocks: { known: true, value: [] },
    ownCheck: { refusal: undefined },
    walk: walk(Object.fromEntries(Object.entries(walked).filter(([, value]) => value !== undefined))),
    ...rest,
  };
}

export function walk(parts: Partial<TabletWalk> = {}): TabletWalk {
  return {
    at: NOW,
    replication: { known: true, value: [{ group: 'default', replicas: 3, table: 'shop.events' }] },
    singleReplicaTables: { known: true, value: [] },
    tablets: { known: true, value: { total: 3000, unhealthy: 0, unrecoverable: 0 } },
    largestTablets: {
      known: true,
      value: [{ group: 'default', table: 'shop.events', partition: 'p1', tabletId: undefined, bytes: GIB }],
    },
    residualTablets: { known: true, value: 0 },
    backups: { known: true, value: [] },
    ...parts,
  };
}
