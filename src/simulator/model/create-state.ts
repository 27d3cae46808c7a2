import type { ClusterOptions } from '../cluster.ts';
import { emptyHistory } from '../load/history.ts';
import { fillDatabases } from './dataset.ts';
import { nextId } from './ids.ts';
import {
  BACKEND_OFFSET,
  backendPorts,
  FRONTEND_OFFSET,
  frontendPorts,
  hostAt,
  SPARE_FRONTEND_OFFSET,
} from './hosts.ts';
import { randomDigits, randomUuid, seededRandom } from './random.ts';
import type { BackendState, ClusterState, FrontendState, UserState } from './state.ts';
import { emptyIndex } from './tablet-index.ts';
import { VERSION_PROFILES } from './version-profile.ts';

const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;
/** The cluster was started so long before it is first looked at. */
const UPTIME_MS = 30 * 24 * HOUR_MS;
/** Bytes of the recorded disks. */
const RECORDED_DISK_BYTES = 1000 * GIB;
const DISKS = 2;

/** A healthy cluster at `startAtMs`: everything that is registered is alive, has reported and holds its share of the tablets. */
export function createState(options: ClusterOptions): ClusterState {
  const profile = VERSION_PROFILES[options.version];
  const random = seededRandom(options.seed);
  const masterSinceMs = options.startAtMs - UPTIME_MS + Math.floor(random() * 20_000);
  const state: ClusterState = {
    options,
    profile,
    random,
    nowMs: options.startAtMs,
    clusterId: randomDigits(random, 9),
    lastId: profile.ids === 'clock' ? masterSinceMs : 10_001,
    journalId: 100 + Math.floor(random() * 20),
    frontends: [],
    backends: [],
    databases: [],
    users: defaultUsers(),
    recycleBin: [],
    colocateGroups: [],
    transactions: [],
    jobs: [],
    scheduler: { pending: [], running: [], history: [], nextCheckAtMs: undefined, nextDropCheckAtMs: undefined },
    index: emptyIndex(),
    masterHost: undefined,
    masterSinceMs,
    electionAtMs: undefined,
    waitingWrites: [],
    faults: {
      laggingFrontends: new Set(),
      showFrontendsDelayMs: 0,
      cloneError: undefined,
      partitionedHosts: new Set(),
      runningQueries: new Map(),
      unfinishedWals: new Map(),
    },
    load: emptyHistory(options.startAtMs),
  };
  addFrontends(state);
  addBackends(state);
  fillDatabases(state);
  return state;
}

function addFrontends(state: ClusterState): void {
  const { options, masterSinceMs } = state;
  const observers = options.observers ?? 0;
  for (let index = 0; index < options.frontends + observers; index += 1) {
    const frontend = emptyFrontend(state, hostAt(options, FRONTEND_OFFSET + index));
    frontend.process = 'up';
    frontend.metaClusterId = state.clusterId;
    frontend.startedAtMs = masterSinceMs - 5000;
    frontend.lastReplayedId = state.journalId;
    frontend.row = {
      name: `fe_${randomUuid(state.random)}`,
      role: index < options.frontends ? 'FOLLOWER' : 'OBSERVER',
      joined: true,
      alive: true,
      everAlive: true,
      addedAtMs: masterSinceMs,
      lastHeartbeatMs: state.nowMs,
      lastStartMs: frontend.startedAtMs,
      liveSinceMs: index === 0 ? undefined : masterSinceMs + 10_000,
      errorMessage: '',
      replayedJournalId: state.journalId,
    };
    state.frontends.push(frontend);
  }
  state.masterHost = options.frontends > 0 ? state.frontends[0]?.host : undefined;
  const firstSpare = Math.max(SPARE_FRONTEND_OFFSET, FRONTEND_OFFSET + options.frontends + observers);
  for (let index = 0; index < (options.spareFrontends ?? 0); index += 1) {
    state.frontends.push(emptyFrontend(state, hostAt(options, firstSpare + index)));
  }
}

function addBackends(state: ClusterState): void {
  const { options, masterSinceMs } = state;
  const spares = options.spareBackends ?? 0;
  const frontends = state.frontends.length;
  const first = Math.max(BACKEND_OFFSET, SPARE_FRONTEND_OFFSET + frontends);
  for (let index = 0; index < options.backends + spares; index += 1) {
    const backend = emptyBackend(state, hostAt(options, first + index));
    const registered = index < options.backends;
    if (registered || options.spareBackendsRunning === true) {
      backend.process = 'up';
      backend.startedAtMs = masterSinceMs - 5000 + Math.floor(state.random() * 1000);
    }
    if (registered) {
      backend.storageClusterId = state.clusterId;
      backend.row = {
        id: nextId(state),
        tags: { location: 'default' },
        addedAtMs: masterSinceMs,
        alive: true,
        everAlive: true,
        decommissioned: false,
        decommissionedAtMs: undefined,
        queryDisabled: false,
        loadDisabled: false,
        shutdown: false,
        lastHeartbeatMs: state.nowMs,
        lastStartMs: backend.startedAtMs,
        liveSinceMs: masterSinceMs + 10_000,
        heartbeatFailures: 0,
        errorMessage: '',
        disksReported: true,
        lastTabletReportMs: state.nowMs,
      };
    }
    state.backends.push(backend);
  }
}

/** A host that may run an FE: nothing runs, nothing is stored. */
export function emptyFrontend(state: Pick<ClusterState, 'options'>, host: string): FrontendState {
  return {
    host,
    ports: frontendPorts(state.options),
    process: 'down',
    processChangesAtMs: undefined,
    helper: undefined,
    metaClusterId: undefined,
    row: undefined,
    configs: new Map(),
    startedAtMs: undefined,
    lastReplayedId: 0,
    claimsMaster: false,
    ownCluster: undefined,
  };
}

/** A host that may run a BE: nothing runs, nothing is stored. */
export function emptyBackend(state: Pick<ClusterState, 'options' | 'random' | 'profile'>, host: string): BackendState {
  const { options, random, profile } = state;
  const recorded = options.dataset === 'recorded';
  const diskBytes = options.diskBytes === undefined && recorded ? RECORDED_DISK_BYTES : diskShare(options);
  return {
    host,
    ports: backendPorts(options),
    process: 'down',
    processChangesAtMs: undefined,
    startedAtMs: undefined,
    storageClusterId: undefined,
    disks: Array.from({ length: DISKS }, (_, index) => ({
      path: `/data${String(index + 1)}/doris/storage`,
      pathHash: randomDigits(random, 18),
      medium: 'HDD' as const,
      totalBytes: diskBytes,
      otherBytes: Math.floor(diskBytes / (recorded ? 20 : 100)),
      trashBytes: 0,
      online: true,
    })),
    cores: 16,
    memoryBytes: 64 * GIB,
    row: undefined,
    reportPhaseMs: Math.floor(random() * profile.diskReportMs),
    reported: undefined,
  };
}

function diskShare(options: ClusterOptions): number {
  return Math.floor((options.diskBytes ?? 2 ** 40) / DISKS);
}

/** Those of the recordings, and the autoscaler's own. Where there is a password, it is the user's name. */
function defaultUsers(): UserState[] {
  const user = (
    name: string,
    privileges: UserState['privileges'] = [],
    roles: readonly string[] = [],
    password: string | undefined = name,
  ): UserState => ({ name, password, privileges, roles });
  return [
    { name: 'root', password: undefined, privileges: ['OPERATOR'], roles: ['operator'] },
    { name: 'admin', password: undefined, privileges: ['ADMIN'], roles: ['admin'] },
    user('plain'),
    user('nodeop', ['NODE']),
    user('adm', ['ADMIN']),
    user('both', ['NODE', 'ADMIN']),
    user('sel', ['SELECT']),
    user('admrole', [], ['admin']),
    user('autoscaler', ['NODE', 'ADMIN']),
  ];
}
