import type { EpochMs } from '../../../src/domain/instant.ts';
import { windowAt } from '../../../src/decision/windows/effective.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import { clusterOf } from '../../../src/simulator/create-cluster.ts';
import { createState } from '../../../src/simulator/model/create-state.ts';
import { seededRandom } from '../../../src/simulator/model/random.ts';
import { machineRoom } from '../../../src/simulator/wire/hosts/provision.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';
import { ulids } from '../../../src/time/ulids.ts';
import { clusterPolicy } from '../../support/decision-input.ts';
import { simulatedProvisioner } from '../support/hosts.ts';
import { simulatedLoad } from '../support/load.ts';
import type { Outage } from '../support/load.ts';
import { carryOut } from './carry-out.ts';
import type { World, WorldEvent } from './events.ts';
import { figures } from './figures.ts';
import type { Figures } from './figures.ts';
import { weather } from './faults.ts';
import type { Invariant, Watch } from './invariant.ts';
import { watchedJournal } from './journal-events.ts';
import { soakProcess } from './process.ts';
import type { SoakProcess } from './process.ts';
import { loadOf } from './scenario-load.ts';
import type { Scenario } from './scenario.ts';
import { soakStore } from './store.ts';
import { symbolsOf } from './symbols.ts';
import { tracer } from './trace.ts';

const DAY_MS = 86_400_000;
const USER = 'autoscaler';
const SAMPLES_A_SLOT = 2;
const HISTORY_MS = 9 * DAY_MS;
/** The daemon gives up a script after so long. */
const SCRIPT_MS = 600_000;

export interface RunOptions {
  readonly invariants: readonly Invariant[];
  /** Events kept for the trace of a violation. */
  readonly traced?: number;
}

export interface Violation {
  readonly invariant: string;
  readonly says: string;
  readonly atMs: EpochMs;
  readonly detail: string;
  /** The last events before it, oldest first, one line each. */
  readonly trace: readonly string[];
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly violation: Violation | undefined;
  readonly figures: Figures;
  /** Of every event: the same scenario makes the same run. */
  readonly hash: string;
}

/**
 * The real controller, decision, operations, Doris session and store on a simulated cluster. Time jumps from timer to timer;
 * which of those of one instant comes first is the seed's choice. Ends at the first violation.
 */
export async function runScenario(scenario: Scenario, { invariants, traced }: RunOptions): Promise<Outcome> {
  const startAtMs = Date.parse(scenario.startAt);
  const endAtMs = startAtMs + scenario.days * DAY_MS;
  const random = seededRandom(scenario.seed);
  const clock = discreteClock(startAtMs, { choose: (count) => Math.floor(random() * count) });
  const truth: Clock = { ...clock, now: () => startAtMs + clock.monotonicMs() };
  const { tagged, ...ofCluster } = scenario.cluster;
  const state = createState({
    ...ofCluster,
    ...(tagged === undefined ? {} : { tagged: { ...tagged, load: loadOf(tagged.load, startAtMs) } }),
    seed: scenario.seed,
    startAtMs,
    load: loadOf(scenario.load, startAtMs),
    observe(event) {
      happened({ is: 'model', atMs: event.atMs, event });
    },
  });
  const cluster = clusterOf(state);
  const room = machineRoom({ cluster, clock: truth });
  const store = await soakStore();
  const outages: Outage[] = [];
  const ids = ulids((bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)));
  let policy: ClusterPolicy = quickHistory({
    ...clusterPolicy(),
    ...scenario.policy,
    user: USER,
    endpoints: cluster
      .frontends()
      .filter(({ registered }) => registered)
      .map(({ host, ports }) => ({ host, port: ports.query })),
  });
  let process: SoakProcess | undefined;

  // Events.
  const watches: { readonly invariant: Invariant; readonly watch: Watch }[] = [];
  const counted = figures();
  const trace = tracer(startAtMs, traced);
  let violation: Violation | undefined;
  const happened = (event: WorldEvent): void => {
    if (violation !== undefined) return;
    trace.add(event);
    counted.see(event);
    for (const { invariant, watch } of watches) {
      judge(invariant, watch.see(event));
      if (violation !== undefined) return;
    }
  };
  const judge = (invariant: Invariant, detail: string | undefined): void => {
    if (detail === undefined || violation !== undefined) return;
    const { name, says } = invariant;
    violation = { invariant: name, says, atMs: truth.now(), detail, trace: trace.lines() };
  };
  const windowOpen = (): boolean => policy.windows.always || windowAt(policy.windows, clock.now()) !== undefined;

  // What is ours and what is between.
  let lastStepMs = startAtMs;
  const watched = watchedJournal(store.journal, {
    operation(operation) {
      if (operation.steps.length === 0 || operation.endedAt !== undefined) lastStepMs = truth.now();
      happened({ is: 'operation', atMs: truth.now(), operation });
    },
    step(operationId, step) {
      lastStepMs = truth.now();
      happened({ is: 'step', atMs: truth.now(), operationId, step });
    },
  });
  const leaving = (): string | undefined => {
    const open = watched.open();
    return open?.kind === 'remove-backend' ? open.targets[0]?.node : undefined;
  };
  const symbols = () => symbolsOf(cluster, leaving());
  const sky = weather((symbol) => symbols().host(symbol));
  /** Where nothing happened for long the process looks less often: it is a slow machine then. */
  const tired: Clock = {
    ...clock,
    sleep: (ms, signal) => clock.sleep(ms > POLL_MS ? ms : Math.max(ms, restMs(truth.now() - lastStepMs)), signal),
  };
  const provisioner = toldProvisioner(
    sky.provisioner(simulatedProvisioner(cluster, truth, room), truth, () => SCRIPT_MS),
    windowOpen,
    (call) => {
      happened({ is: 'provisioner', atMs: truth.now(), intents: watched.intents(), ...call });
    },
  );
  const load = simulatedLoad(cluster, outages, {
    clock: truth,
    samplesASlot: SAMPLES_A_SLOT,
    isTagged: tagged !== undefined,
  });

  const start = async (): Promise<void> => {
    if (process !== undefined) return;
    process = soakProcess({
      policy: () => policy,
      clock: tired,
      truth,
      ids,
      cluster,
      store,
      journal: watched.journal,
      load,
      provisioner,
      between: sky.between,
      events: {
        sent(sent, change) {
          const of = { by: 'us' as const, windowOpen: windowOpen(), change, intents: watched.intents() };
          happened({ is: 'statement', atMs: truth.now(), ...sent, ...of });
        },
        recorded(record) {
          happened({ is: 'record', atMs: truth.now(), record });
        },
        failed(error) {
          happened({ is: 'error', atMs: truth.now(), error });
        },
        notified(notice) {
          happened({ is: 'notice', atMs: truth.now(), notice });
        },
        died() {
          process = undefined;
          happened({ is: 'process', atMs: truth.now(), state: 'killed' });
        },
      },
    });
    happened({ is: 'process', atMs: truth.now(), state: 'started' });
    await process.loop.resume();
  };
  const kill = (): void => {
    if (process === undefined) return;
    process.life.end();
    process = undefined;
    happened({ is: 'process', atMs: truth.now(), state: 'killed' });
  };
  const stop = async (): Promise<void> => {
    const stopping = process;
    if (stopping === undefined) return;
    await stopping.loop.stop();
    if (process !== stopping) return;
    process.life.end();
    process = undefined;
    happened({ is: 'process', atMs: truth.now(), state: 'stopped' });
  };

  const world: World = {
    scenario,
    nowMs: truth.now,
    wallMs: clock.now,
    policy: () => policy,
    windowOpen,
    running: () => process !== undefined,
    cluster,
    state,
    hosts: room.hosts,
    operations: watched.operations,
    openOperation: watched.open,
    records: store.records.late,
    recordById: store.records.byId,
    faults: sky.lasting,
  };
  watches.push(...invariants.map((invariant) => ({ invariant, watch: invariant.start(world) })));

  // What happens to it all.
  const at = async (atMs: EpochMs, what: () => Promise<void> | void): Promise<void> => {
    await truth.sleep(atMs - truth.now());
    if (violation === undefined) await what();
  };
  const evaluations = async (): Promise<void> => {
    let dueMs = truth.now();
    while (violation === undefined && truth.now() < endAtMs) {
      happened({ is: 'tick', atMs: truth.now() });
      void process?.loop.tick(clock.now());
      dueMs = truth.now() + scenario.intervalMs;
      while (truth.now() < dueMs) {
        await truth.sleep(Math.min(scenario.busyIntervalMs, dueMs - truth.now()));
        if (watched.open() !== undefined) dueMs = truth.now();
      }
    }
  };
  for (const edit of scenario.edits) {
    void at(startAtMs + edit.atMs, () => {
      policy = quickHistory({ ...policy, ...edit.policy });
      happened({ is: 'policy', atMs: truth.now(), policy });
    });
  }
  for (const fault of scenario.faults) {
    void at(startAtMs + fault.atMs, () =>
      carryOut(fault, {
        truth,
        clock,
        cluster,
        store,
        sky,
        outages,
        symbols,
        openOperation: watched.open,
        clusterName: policy.name,
        process: () => process,
        start,
        kill,
        stop,
        happened,
      }),
    );
  }
  await start();
  void evaluations();
  await clock.advanceBy(endAtMs - startAtMs, () => violation !== undefined);

  for (const { invariant, watch } of watches) judge(invariant, watch.end());
  kill();
  await store.close();
  return { scenario, violation, figures: counted.total(scenario.days), hash: trace.hash() };
}

const POLL_MS = 10_000;

/** After minutes without a step, looks come each few seconds; after more, each minute; after hours, each four. */
function restMs(quietMs: number): number {
  if (quietMs < 120_000) return 0;
  if (quietMs < 900_000) return 5000;
  return quietMs < 7_200_000 ? 60_000 : 240_000;
}

/** A short memory: most of what a short scenario would cost is to read and carry along more of the past than it lasts. */
function quickHistory(policy: ClusterPolicy): ClusterPolicy {
  const backends = policy.backends.map((group) => ({
    ...group,
    forecast: { ...group.forecast, historyMs: HISTORY_MS },
  }));
  return { ...policy, backends };
}

type Call = Omit<Extract<WorldEvent, { readonly is: 'provisioner' }>, 'is' | 'atMs' | 'intents'>;

function toldProvisioner(provisioner: Provisioner, windowOpen: () => boolean, told: (call: Call) => void): Provisioner {
  const tell = async <T>(
    asked: Omit<Call, 'error' | 'host' | 'windowOpen'>,
    host: (answer: T | undefined) => string | undefined,
    work: () => Promise<T>,
  ): Promise<T> => {
    const call = { ...asked, windowOpen: windowOpen() };
    try {
      const answer = await work();
      told({ ...call, host: host(answer), error: undefined });
      return answer;
    } catch (error) {
      told({ ...call, host: host(undefined), error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  return {
    ...provisioner,
    acquire: (request) =>
      tell(
        { verb: 'acquire', key: request.key, role: request.role },
        (node) => node?.host,
        () => provisioner.acquire(request),
      ),
    reset: (request) =>
      tell(
        { verb: 'reset', key: request.key, role: request.role },
        () => request.host,
        () => provisioner.reset(request),
      ),
    start: (request) =>
      tell(
        { verb: 'start', key: request.key, role: request.role },
        () => request.host,
        () => provisioner.start(request),
      ),
    stop: (request) =>
      tell(
        { verb: 'stop', key: request.key, role: request.role },
        () => request.host,
        () => provisioner.stop(request),
      ),
    release: (request) =>
      tell(
        { verb: 'release', key: request.key, role: request.role },
        () => request.host,
        () => provisioner.release(request),
      ),
  };
}
