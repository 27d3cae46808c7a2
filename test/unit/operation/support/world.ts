import type { NodeAddress } from '../../../../src/domain/node.ts';
import type { ClusterReader } from '../../../../src/domain/ports/cluster-reader.ts';
import type { ClusterChange, ClusterWriter } from '../../../../src/domain/ports/cluster-writer.ts';
import type { Clock } from '../../../../src/domain/ports/clock.ts';
import type { PortProbe } from '../../../../src/domain/ports/probe.ts';
import type { Provisioner } from '../../../../src/domain/ports/provisioner.ts';
import type { StallEvidence } from '../../../../src/domain/stall.ts';
import type { Backend, Frontend, Topology } from '../../../../src/domain/topology.ts';
import { evidence, walk } from '../../../support/decision-input.ts';

/** Monday 2026-03-02 01:30 UTC: half an hour into the test policy's window. */
export const START = Date.UTC(2026, 2, 2, 1, 30);
const GIB = 1024 ** 3;
/** Time passes only by sleep: who reads the clock so often in between would never rest. */
const READINGS_OF_ONE_INSTANT = 100_000;
export const DROP_FLAG = 'drop_backend_after_decommission';

interface Mutable {
  backends: (Backend & { readonly since: number })[];
  frontends: (Frontend & { readonly since: number })[];
}

export interface SentChange {
  readonly at: number;
  readonly change: ClusterChange;
  readonly windowOpen: boolean;
  /** Of its backend when it was sent. */
  readonly tablets: number;
  readonly everAlive: boolean;
  /** Whether any backend was leaving when it was sent. */
  readonly leaving: boolean;
}

export class CodedTestError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A small cluster in memory: tablets move, heartbeats come, the FE drops what is empty; time passes only by sleep. */
export interface World {
  readonly clock: Clock;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly provisioner: Provisioner;
  readonly probe: PortProbe;
  readonly sent: SentChange[];
  readonly verbs: { readonly verb: string; readonly host: string; readonly registered: boolean }[];
  readonly configs: Record<string, string>;
  readonly knobs: Knobs;
  backends(): readonly Backend[];
  frontends(): readonly Frontend[];
  change(node: NodeAddress, change: Partial<Backend>): void;
  changeFrontend(node: NodeAddress, change: Partial<Frontend>): void;
  remove(node: NodeAddress): void;
  failover(): void;
  advance(ms: number): void;
  running: Set<string>;
}

export interface Knobs {
  tabletsPerSecond: number;
  /** Tablets that never move, and how many of them sit in the recycle bin. */
  stuckTablets: number;
  recycled: number;
  runningTasks: number | 'unknown';
  olderQueries: number;
  frontendQueries: number;
  topologyFails: boolean;
  startsProcesses: boolean;
  freeHosts: string[];
  errors: string[];
  repairs: number;
  queuesFail: boolean;
  tables: string[];
  /** What the FE shows of a drain that stands still, besides `errors`. */
  stall: Partial<StallEvidence>;
  cancelledLoads: number;
  windowOpen: (at: number) => boolean;
  /** Called before a change is applied: throw to lose it, or return `after` to lose only its reply. */
  onApply: (change: ClusterChange) => 'ok' | 'lost-before' | 'lost-after';
  closesPorts: boolean;
  /** The FE drops nothing, as with unfinished group-commit logs. */
  keepsRow: boolean;
  /** An FE that is started serves a cluster of its own: its port answers before it is registered. */
  startsOwnCluster: boolean;
  /** Whom an FE names as master, where that is not the master. */
  namesMaster: Record<NodeAddress, NodeAddress | undefined>;
  pausedLoads: number;
}

export function world(
  options: {
    readonly backends?: number;
    readonly tablets?: number;
    readonly observers?: number;
    readonly followers?: number;
  } = {},
): World {
  let now = START;
  let nextId = 10_001;
  let sleeps = 0;
  let readings = 0;
  let nextDropRound = START + 10_000;
  let master = 'fe1:9010';
  const moving = new Map<string, number>();
  const state: Mutable = { backends: [], frontends: [] };
  const running = new Set<string>();
  const waiting = new Set<string>();
  const reservations = new Map<string, string>();
  const sent: SentChange[] = [];
  const verbs: { verb: string; host: string; registered: boolean }[] = [];
  const configs: Record<string, string> = {
    [DROP_FLAG]: 'true',
    schedule_slot_num_per_hdd_path: '4',
    schedule_slot_num_per_ssd_path: '8',
    balance_slot_num_per_path: '1',
    disable_tablet_scheduler: 'false',
    disable_balance: 'false',
    disable_colocate_balance: 'false',
  };
  const knobs: Knobs = {
    tabletsPerSecond: 10,
    stuckTablets: 0,
    recycled: 0,
    runningTasks: 0,
    olderQueries: 0,
    frontendQueries: 0,
    topologyFails: false,
    startsProcesses: true,
    freeHosts: ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.4'],
    errors: [],
    repairs: 0,
    queuesFail: false,
    tables: [],
    stall: {},
    cancelledLoads: 0,
    windowOpen: (at) => at % 86_400_000 >= 3_600_000 && at % 86_400_000 < 5 * 3_600_000,
    onApply: () => 'ok',
    closesPorts: true,
    keepsRow: false,
    startsOwnCluster: false,
    namesMaster: {},
    pausedLoads: 0,
  };
  for (let index = 1; index <= (options.backends ?? 5); index += 1) {
    const host = `10.0.0.${String(index)}`;
    state.backends.push(backend(host, String(nextId), options.tablets ?? 100, START - 1_000_000));
    nextId += 1;
    running.add(host);
  }
  for (let index = 0; index < (options.followers ?? 3); index += 1) {
    const host = `fe${String(index + 1)}`;
    state.frontends.push(frontend(host, 'FOLLOWER', index === 0, START - 1_000_000));
    running.add(host);
  }
  for (let index = 1; index <= (options.observers ?? 0); index += 1) {
    const host = `ob${String(index)}`;
    state.frontends.push(frontend(host, 'OBSERVER', false, START - 1_000_000));
    running.add(host);
  }

  const update = (node: NodeAddress, change: Partial<Backend>): void => {
    state.backends = state.backends.map((each) => (each.address === node ? { ...each, ...change } : each));
  };
  const updateFrontend = (node: NodeAddress, change: Partial<Frontend>): void => {
    state.frontends = state.frontends.map((each) => (each.address === node ? { ...each, ...change } : each));
  };
  const remove = (node: NodeAddress): void => {
    state.backends = state.backends.filter((each) => each.address !== node);
    state.frontends = state.frontends.filter((each) => each.address !== node);
  };

  const second = (ms: number): void => {
    now += ms;
    for (const each of state.backends) {
      if (each.decommissioned) {
        const floor = Math.min(each.tablets, knobs.stuckTablets);
        const owed = (moving.get(each.address) ?? 0) + (knobs.tabletsPerSecond * ms) / 1000;
        moving.set(each.address, owed % 1);
        const tablets = Math.max(floor, each.tablets - Math.floor(owed));
        const bytes = each.tablets === 0 ? 0 : (each.dataUsedBytes * tablets) / each.tablets;
        update(each.address, { tablets, dataUsedBytes: bytes });
      }
      if (!each.alive && running.has(each.host) && now - each.since >= 10_000) {
        update(each.address, { alive: true, lastStartTime: '2026-03-02 01:40:00', httpPort: 8040, nodeRole: 'mix' });
      }
      if (each.alive && each.totalBytes === 0 && now - each.since >= 40_000)
        update(each.address, { totalBytes: 100 * GIB });
    }
    const journal = Math.floor((now - START) / 100) + 1000;
    for (const each of state.frontends) {
      if (!each.alive && running.has(each.host) && now - each.since >= 17_000) {
        waiting.delete(each.host);
        updateFrontend(each.address, {
          alive: true,
          joined: true,
          queryPort: 9030,
          lastStartTime: '2026-03-02 01:40:00',
        });
      }
      if (each.alive) updateFrontend(each.address, { replayedJournalId: each.isMaster ? journal : journal - 150 });
    }
    if (now >= nextDropRound) {
      nextDropRound = now + 10_000;
      if (configs[DROP_FLAG] === 'true' && !knobs.keepsRow) {
        for (const each of state.backends) {
          if (each.decommissioned && each.tablets <= knobs.recycled) remove(each.address);
        }
      }
    }
  };
  const advance = (ms: number): void => {
    let left = ms;
    while (left > 0) {
      const step = Math.min(left, ms >= 10_000 ? 10_000 : 1000);
      second(step);
      left -= step;
    }
  };

  const topology = (): Topology => ({
    at: now,
    clusterId: '4711',
    mode: 'coupled',
    version: '4.0.1',
    master,
    frontends: state.frontends,
    backends: state.backends,
  });

  const apply = (change: ClusterChange): 'done' | 'already' => {
    const node = 'node' in change ? change.node : '';
    const row = state.backends.find((each) => each.address === node);
    sent.push({
      at: now,
      change,
      windowOpen: knobs.windowOpen(now),
      tablets: row?.tablets ?? 0,
      everAlive: row?.lastStartTime !== undefined,
      leaving: state.backends.some((each) => each.decommissioned),
    });
    switch (change.kind) {
      case 'add-backend':
        if (row !== undefined) return 'already';
        state.backends.push({ ...newBackend(change.node, String(nextId)), since: now });
        nextId += 1;
        return 'done';
      case 'decommission-backend':
        if (row === undefined) return 'already';
        update(node, { decommissioned: true });
        return 'done';
      case 'cancel-decommission':
        update(node, { decommissioned: false });
        return 'done';
      case 'drop-never-alive-backend':
        if (row === undefined) return 'already';
        remove(node);
        return 'done';
      case 'disable-query':
        update(node, { queryDisabled: change.disabled });
        return 'done';
      case 'disable-load':
        update(node, { loadDisabled: change.disabled });
        return 'done';
      case 'add-frontend': {
        const host = node.slice(0, node.lastIndexOf(':'));
        if (state.frontends.some((each) => each.address === node)) return 'already';
        state.frontends.push({ ...frontend(host, change.role, false, now), ...joining });
        return 'done';
      }
      case 'drop-frontend':
        remove(node);
        return 'done';
      case 'set-config':
        configs[change.key] = change.value;
        return 'done';
    }
  };

  const registered = (host: string): boolean =>
    state.backends.some((each) => each.host === host) || state.frontends.some((each) => each.host === host);
  const verb = (name: string, host: string): void => {
    verbs.push({ verb: name, host, registered: registered(host) });
  };

  return {
    sent,
    verbs,
    configs,
    knobs,
    running,
    backends: () => state.backends,
    frontends: () => state.frontends,
    change: update,
    changeFrontend: updateFrontend,
    remove,
    advance,
    failover() {
      master = 'fe2:9010';
      updateFrontend('fe1:9010', { isMaster: false });
      updateFrontend('fe2:9010', { isMaster: true });
      configs[DROP_FLAG] = 'true';
      configs['schedule_slot_num_per_hdd_path'] = '4';
      configs['schedule_slot_num_per_ssd_path'] = '8';
    },
    clock: {
      now() {
        readings += 1;
        if (readings > READINGS_OF_ONE_INSTANT) throw new Error('it looks again and again and never waits');
        return now;
      },
      monotonicMs: () => now - START,
      async sleep(ms, signal) {
        sleeps += 1;
        readings = 0;
        // Without a turn of the event loop now and then an operation that never ends would hold up real timers, too.
        if (sleeps % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
        else await Promise.resolve();
        signal?.throwIfAborted();
        advance(Math.max(1, ms));
        signal?.throwIfAborted();
      },
    },
    probe: {
      async open(host) {
        // An FE that waits to be registered opens no port.
        return running.has(host) && !waiting.has(host);
      },
    },
    reader: {
      async topology() {
        if (knobs.topologyFails) throw new CodedTestError('doris-no-master', 'no frontend is master');
        return topology();
      },
      look: async () => ({ topology: topology(), tabletsInMigration: { known: true, value: 0 } }),
      async migration() {
        if (knobs.queuesFail) throw new CodedTestError('doris-timeout', 'no answer within 30 s');
        return { pending: 0, running: 0, repairs: knobs.repairs };
      },
      async evidence() {
        return evidence(
          state.backends.filter(({ totalBytes }) => totalBytes > 0),
          { at: now },
        );
      },
      async walkTablets() {
        return walk({ at: now });
      },
      async activity() {
        return { runningTasks: knobs.runningTasks, olderQueries: knobs.olderQueries };
      },
      async residualTablets() {
        return knobs.recycled;
      },
      async tablesLeft() {
        const wants = { known: true, value: { byTag: { default: 3 }, media: ['HDD'] } } as const;
        return knobs.tables.map((table) => ({ table, replicas: 1, wants }));
      },
      async stallEvidence() {
        return { ...stallEvidence(knobs), ...knobs.stall };
      },
      async cancelledLoads() {
        return knobs.cancelledLoads;
      },
      async configs(keys) {
        return Object.fromEntries(keys.flatMap((key) => (configs[key] === undefined ? [] : [[key, configs[key]]])));
      },
      async frontendQueries() {
        return knobs.frontendQueries;
      },
      async masters() {
        return state.frontends
          .filter(({ alive }) => alive)
          .map(({ address }) => {
            const named = address in knobs.namesMaster ? knobs.namesMaster[address] : master;
            return { frontend: address, master: named, problem: named === undefined ? 'connection refused' : '' };
          });
      },
      async pausedRoutineLoads() {
        return knobs.pausedLoads;
      },
    },
    writer: {
      async apply(change) {
        const fate = knobs.onApply(change);
        if (fate === 'lost-before') throw new CodedTestError('doris-outcome-unknown', 'the reply was lost');
        const answer = apply(change);
        if (fate === 'lost-after') throw new CodedTestError('doris-outcome-unknown', 'the reply was lost');
        return answer;
      },
    },
    provisioner: {
      name: 'spares',
      async list() {
        return { provisioner: 'spares', hosts: [] };
      },
      async acquire({ key, role, registered: taken }) {
        const held = reservations.get(key);
        const port = role === 'backend' ? 9050 : 9010;
        const host =
          held ??
          knobs.freeHosts.find(
            (each) => ![...reservations.values()].includes(each) && !taken.includes(`${each}:${String(port)}`),
          );
        if (host === undefined) return undefined;
        reservations.set(key, host);
        verb('acquire', host);
        return { host, address: `${host}:${String(port)}` };
      },
      async reset({ host }) {
        verb('reset', host);
      },
      async start({ host, role }) {
        verb('start', host);
        if (role === 'frontend' && !knobs.startsOwnCluster) waiting.add(host);
        if (knobs.startsProcesses) running.add(host);
      },
      async stop({ host }) {
        verb('stop', host);
        if (knobs.closesPorts) running.delete(host);
      },
      async release({ host, key }) {
        verb('release', host);
        reservations.delete(key);
      },
    },
  };
}

function stallEvidence({ errors, queuesFail }: Knobs): StallEvidence {
  const failures = errors.map((error) => ({ error, tablets: 1, example: { ...MOVE, error } }));
  return {
    configs: { known: true, value: { decommission_skip_leaky_tablet_second: '18000' } },
    scheduler: queuesFail
      ? { known: false, reason: 'no answer within 30 s' }
      : {
          known: true,
          value: {
            pending: 0,
            running: 0,
            listed: 0,
            urgent: 0,
            moves: [],
            waits: [],
            failures,
            repeated: [],
            idleMs: 0,
          },
        },
    tableOfTablet: { [MOVE.tablet]: 'shop.events' },
    recycleBin: { known: true, value: { entries: 1, names: ['old'], emptyInMs: 3_600_000, ignoredBelow: 5000 } },
    transactions: { known: true, value: [] },
    colocate: { known: true, value: [] },
    disks: { known: true, value: [] },
  };
}

/** A clone that runs well. */
export const MOVE = {
  tablet: '20001',
  medium: 'HDD',
  code: 'NONE',
  sourceId: '10005',
  bytes: GIB,
  timeoutMs: 1_024_000,
  ageMs: 60_000,
  failedRunning: 0,
  error: '',
};

function backend(host: string, id: string, tablets: number, since: number): Backend & { readonly since: number } {
  return {
    ...newBackend(`${host}:9050`, id),
    since,
    httpPort: 8040,
    alive: true,
    tablets,
    dataUsedBytes: 20 * GIB,
    availableBytes: 70 * GIB,
    totalBytes: 100 * GIB,
    maxDiskUsedRatio: 0.3,
    nodeRole: 'mix',
    lastStartTime: '2026-03-01 00:00:00',
  };
}

function newBackend(node: NodeAddress, id: string): Backend {
  return {
    id,
    host: node.slice(0, node.lastIndexOf(':')),
    address: node,
    heartbeatPort: 9050,
    httpPort: -1,
    alive: false,
    decommissioned: false,
    group: 'default',
    tags: { location: 'default' },
    tablets: 0,
    dataUsedBytes: 0,
    trashUsedBytes: 0,
    availableBytes: 1,
    totalBytes: 0,
    maxDiskUsedRatio: 0,
    queryDisabled: false,
    loadDisabled: false,
    shutdown: false,
    nodeRole: '',
    cpuCores: undefined,
    memoryBytes: undefined,
    runningTasks: undefined,
    heartbeatFailures: 0,
    lastStartTime: undefined,
    errorMessage: '',
    version: 'doris-4.0.1',
  };
}

const joining = {
  joined: false,
  alive: false,
  queryPort: 0,
  rpcPort: 0,
  replayedJournalId: 0,
  lastStartTime: undefined,
};

function frontend(
  host: string,
  role: Frontend['role'],
  isMaster: boolean,
  since: number,
): Frontend & { readonly since: number } {
  return {
    since,
    name: `fe_${host}`,
    host,
    address: `${host}:9010`,
    editLogPort: 9010,
    httpPort: 8030,
    queryPort: 9030,
    rpcPort: 9020,
    role,
    isMaster,
    clusterId: '4711',
    joined: true,
    alive: true,
    replayedJournalId: 1000,
    lastStartTime: '2026-03-01 00:00:00',
    errorMessage: '',
    version: 'doris-4.0.1',
  };
}
