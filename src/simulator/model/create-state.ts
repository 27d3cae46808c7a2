import type { ClusterOptions } from '../cluster.ts';
import { latestReportMs } from './backends/disk-report.ts';
import { emptyHistory } from '../load/history.ts';
import { recordLoad } from '../load/record.ts';
import { fillDatabases } from './tablets/dataset.ts';
import { settle, skipHeartbeats } from './heartbeat.ts';
import { nextId } from './ids.ts';
import { emptyScheduler } from './scheduler/tasks.ts';
import {
  BACKEND_OFFSET,
  backendPorts,
  FRONTEND_OFFSET,
  frontendPorts,
  hostAt,
  SPARE_FRONTEND_OFFSET,
} from './hosts.ts';
import { noFaults } from './no-faults.ts';
import { randomDigits, randomUuid, seededRandom } from './random.ts';
import type { BackendState, ClusterState, FrontendRow, FrontendState, UserState } from './state.ts';
import { addMember, emptyIndex } from './tablets/tablet-index.ts';
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
    scheduler: emptyScheduler(),
    index: emptyIndex(),
    masterHost: undefined,
    masterSinceMs,
    electionAtMs: undefined,
    heartbeats: { round: 0, blockedSinceMs: undefined },
    waitingWrites: [],
    faults: noFaults(),
    load: emptyHistory(),
  };
  addFrontends(state);
  addBackends(state);
  fillDatabases(state);
  // Filled long ago: the backends have told.
  for (const backend of state.backends) backend.reported = undefined;
  skipHeartbeats(state);
  settle(state);
  recordLoad(state);
  return state;
}

/** The cluster of one that an FE makes of itself when it is started without a helper on an empty meta directory. */
export function createOwnCluster(state: ClusterState, frontend: FrontendState): ClusterState {
  const { observers: _o, spareFrontends: _f, spareBackends: _b, tagged: _t, observe: _e, ...options } = state.options;
  const seed = Math.floor(state.random() * 2 ** 31);
  const made = createState({ ...options, seed, startAtMs: state.nowMs, frontends: 0, backends: 0 });
  const own: ClusterState = {
    ...made,
    clusterId: frontend.metaClusterId ?? made.clusterId,
    masterSinceMs: state.nowMs,
  };
  const itself = { ...emptyFrontend(own, frontend.host), ports: frontend.ports };
  addMemberFrontend(own, itself, 'FOLLOWER');
  own.masterHost = itself.host;
  skipHeartbeats(own);
  settle(own);
  return own;
}

function addMemberFrontend(state: ClusterState, frontend: FrontendState, role: FrontendRow['role']): void {
  frontend.process = 'up';
  frontend.metaClusterId = state.clusterId;
  frontend.startedAtMs = state.masterSinceMs - 5000;
  frontend.lastReplayedId = state.journalId;
  frontend.row = {
    name: `fe_${randomUuid(state.random)}`,
    role,
    joined: true,
    alive: true,
    everAlive: true,
    addedAtMs: state.masterSinceMs,
    lastHeartbeatMs: state.nowMs,
    lastStartMs: frontend.startedAtMs,
    liveSinceMs: state.frontends.length === 0 ? undefined : state.masterSinceMs + 10_000,
    errorMessage: '',
    replayedJournalId: state.journalId,
  };
  state.frontends.push(frontend);
}

function addFrontends(state: ClusterState): void {
  const { options } = state;
  const observers = options.observers ?? 0;
  for (let index = 0; index < options.frontends + observers; index += 1) {
    const frontend = emptyFrontend(state, hostAt(options, FRONTEND_OFFSET + index));
    addMemberFrontend(state, frontend, index < options.frontends ? 'FOLLOWER' : 'OBSERVER');
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
  const untagged = options.backends - (options.tagged?.backends ?? 0);
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
      addMember(state, backend, {
        id: nextId(state),
        tags: { location: (index < untagged ? undefined : options.tagged?.tag) ?? 'default' },
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
        liveSinceMs: state.nowMs,
        aliveSinceMs: masterSinceMs,
        deadSinceMs: undefined,
        heartbeatFailures: 0,
        errorMessage: '',
        disksReported: true,
        lastTabletReportMs: latestReportMs(state, backend, state.profile.tabletReportMs),
      });
    }
    state.backends.push(backend);
  }
}

/** A host that may run an FE: nothing runs, nothing is stored. */
export function emptyFrontend(state: Pick<ClusterState, 'options'>, host: string): FrontendState {
  return {
    host,
    isKnown: true,
    ports: frontendPorts(state.options),
    process: 'down',
    processChangesAtMs: undefined,
    helper: undefined,
    metaClusterId: undefined,
    row: undefined,
    configs: new Map(),
    startedAtMs: undefined,
    lastReplayedId: 0,
    lastWords: undefined,
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
    isKnown: true,
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
