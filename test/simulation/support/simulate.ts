import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterLoop } from '../../../src/controller/cluster-loop.ts';
import type { ClusterLoop } from '../../../src/controller/cluster-loop.ts';
import type { ClusterPorts } from '../../../src/controller/ports.ts';
import { windowAt } from '../../../src/decision/windows/effective.ts';
import { dorisCluster } from '../../../src/doris/cluster.ts';
import type { Interval } from '../../../src/domain/instant.ts';
import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Journal } from '../../../src/domain/ports/journal.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import type { Notice } from '../../../src/domain/ports/notifier.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import { createCluster } from '../../../src/simulator/create-cluster.ts';
import type { ClusterOptions, SimulatedCluster, SqlAnswer, StatementRecord } from '../../../src/simulator/cluster.ts';
import { machineRoom } from '../../../src/simulator/wire/hosts/provision.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';
import type { DiscreteClock } from '../../../src/time/discrete-clock.ts';
import { ulids } from '../../../src/time/ulids.ts';
import { clusterPolicy } from '../../support/decision-input.ts';
import { simulatedChannel, simulatedHttp } from './channel.ts';
import type { Between } from './channel.ts';
import { simulatedProbe, simulatedProvisioner } from './hosts.ts';
import { simulatedLoad } from './load.ts';
import { life } from './life.ts';
import type { Life } from './life.ts';

const USER = 'autoscaler';
const HOUR_MS = 3_600_000;
/** A tick that takes longer than this hangs. */
const TICK_MS = HOUR_MS;

export interface SimulateOptions {
  /** RFC 3339. */
  readonly startAt: string;
  readonly cluster: Partial<ClusterOptions> & Pick<ClusterOptions, 'backends' | 'load'>;
  readonly policy: Partial<ClusterPolicy>;
  readonly intervalMs: number;
  /** When Prometheus does not answer. */
  readonly outages?: readonly Interval[];
  /** What lies between the daemon and the FEs. */
  readonly between?: Between;
  /** Told of each step once the journal has it. */
  readonly wrote?: (step: StepRecord) => void;
  /** The hosts as the daemon reaches them. */
  readonly hosts?: (provisioner: Provisioner, clock: Clock) => Provisioner;
}

export interface Change {
  readonly atMs: number;
  readonly text: string;
  readonly windowOpen: boolean;
}

/** The real decision, operations, Doris session and store on a simulated cluster; time jumps from timer to timer. */
export interface Simulation {
  readonly clock: DiscreteClock;
  readonly cluster: SimulatedCluster;
  readonly policy: ClusterPolicy;
  readonly records: readonly DecisionRecord[];
  readonly notices: readonly Notice[];
  readonly errors: readonly unknown[];
  /** Lets everything up to an instant happen, with an evaluation every interval; ends earlier when the process dies. */
  advanceTo(at: number): Promise<void>;
  advanceBy(ms: number): Promise<void>;
  /** The process that runs, whose life a test may end at any call. */
  readonly life: () => Life;
  /** kill -9: nothing of the process goes on; what it kept is what is on disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  operations(): Promise<readonly Operation[]>;
  /** A person at the command line, which no kill of the daemon touches. */
  answer(operationId: string, answer: 'approve' | 'cancel'): Promise<boolean>;
  /** Sets the wall clock of the daemon's host; nothing else notices. */
  jump(byMs: number): void;
  /** From now on this check of the daemon fails. */
  failCheck(reason: string): void;
  /** A person at the MySQL prompt of the master. */
  byHand(text: string): void;
  /** FE settings as the master shows them. */
  settings(keys: readonly string[]): Readonly<Record<string, string>>;
  /** Hosts that are reserved, and for which key. */
  held(): readonly { readonly host: string; readonly key: string }[];
  /** Statements of ours that changed the cluster. */
  changes(): readonly Change[];
  /** Registered backends that are not leaving, at every look. */
  readonly counts: readonly { readonly atMs: number; readonly backends: number }[];
  members(): number;
  end(): Promise<void>;
}

interface Process {
  readonly loop: ClusterLoop;
  readonly store: Store;
  readonly life: Life;
}

export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const startAtMs = Date.parse(options.startAt);
  const clock = discreteClock(startAtMs);
  const cluster = createCluster({
    version: '4.0',
    seed: 7,
    speed: 1,
    frontends: 3,
    backendBytes: 256 * 1024 ** 2,
    spareBackends: 4,
    startAtMs,
    ...options.cluster,
  });
  const policy = clusterPolicy({
    user: USER,
    endpoints: cluster
      .frontends()
      .filter(({ registered }) => registered)
      .map(({ host, ports }) => ({ host, port: ports.query })),
    ...options.policy,
  });
  // A week has thousands of fsyncs: what is tested here is not the disk.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'doris-autoscaler-simulation-'));
  let skewMs = 0;
  let failedCheck: string | undefined;
  /** The daemon's, which an administrator may set; the cluster lives by `clock`. */
  const own: Clock = { ...clock, now: () => clock.now() + skewMs };
  const room = machineRoom({ cluster, clock });
  const spares = simulatedProvisioner(cluster, clock, room);
  const provisioner = options.hosts?.(spares, clock) ?? spares;
  const load = simulatedLoad(cluster, options.outages ?? []);
  const records: DecisionRecord[] = [];
  const notices: Notice[] = [];
  const errors: unknown[] = [];
  const counts: { atMs: number; backends: number }[] = [];
  let process: Process | undefined;
  let nextTickMs = startAtMs;
  let hands = 0;

  const count = (record: DecisionRecord): void => {
    const { topology } = record.observation;
    if (!topology.known) return;
    counts.push({
      atMs: record.at,
      backends: topology.value.backends.filter(({ decommissioned }) => !decommissioned).length,
    });
  };

  const start = async (): Promise<void> => {
    const store = await openStore(join(folder, 'store.db'), { lock: true });
    const alive = life();
    const { lived } = alive;
    const doris = dorisCluster({
      policy,
      channel: simulatedChannel(cluster, clock, USER, options.between),
      clock: own,
      http: simulatedHttp(cluster, clock),
      rememberedClusterId: () => store.memory.clusterId(policy.name),
    });
    const ports: ClusterPorts = {
      clock: lived(own),
      ids: ulids((bytes) => new Uint8Array(bytes)),
      reader: lived(doris.reader),
      writer: lived(doris.writer),
      load: lived(load),
      provisioners: new Map([[provisioner.name, lived(provisioner)]]),
      probe: lived(simulatedProbe(cluster, clock)),
      journal: lived(told(store.journal, options.wrote)),
      records: lived(store.records),
      loads: lived(store.loads),
      memory: lived(store.memory),
      control: lived(store.control),
      lease: store.lease,
      notifier: {
        notify(notice) {
          if (!alive.dead()) notices.push(notice);
        },
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      storeWritable: async () => true,
    };
    const loop = clusterLoop(ports, () => ({ policy, revision: 'simulation', forcedObserve: failedCheck }), {
      evaluated(result) {
        if (alive.dead()) return;
        if ('error' in result) errors.push(result.error);
        else {
          records.push(result.record);
          count(result.record);
        }
      },
      skipped() {},
      operationChanged() {},
    });
    process = { loop, store, life: alive };
    await loop.resume();
  };

  /** An evaluation; one that was killed never ends. */
  const tick = async (at: number): Promise<void> => {
    const running = process;
    if (running === undefined) return;
    const ticked = running.loop.tick(at + skewMs);
    await clock.drive(ticked, at + TICK_MS).catch((error: unknown) => {
      if (!running.life.dead()) throw error;
    });
  };

  const prompt = (text: string): SqlAnswer => {
    const master = cluster.frontends().find(({ isMaster }) => isMaster);
    if (master === undefined) throw new Error('no FE is master');
    hands += 1;
    const session = cluster.openSession(master.host, 'root', '127.0.0.1', 1_000_000 + hands, clock.now());
    const answer = cluster.execute(session, text, clock.now());
    if (answer.kind === 'error') throw new Error(answer.message);
    return answer;
  };

  const simulation: Simulation = {
    clock,
    cluster,
    policy,
    records,
    notices,
    errors,
    counts,
    start,
    life() {
      if (process === undefined) throw new Error('nothing runs');
      return process.life;
    },
    async advanceTo(at) {
      for (; nextTickMs <= at; nextTickMs += options.intervalMs) {
        await clock.advanceTo(nextTickMs);
        await tick(nextTickMs);
        if (process?.life.dead() === true) return;
      }
      await clock.advanceTo(at);
    },
    advanceBy: (ms) => simulation.advanceTo(clock.now() + ms),
    async kill() {
      if (process === undefined) return;
      process.life.end();
      await process.store.close();
      process = undefined;
    },
    async operations() {
      return (await process?.store.journal.list({ cluster: policy.name, limit: 100 })) ?? [];
    },
    async answer(operationId, answer) {
      const control = process?.store.control;
      const request = { at: clock.now(), by: 'ann', reason: 'of the test' };
      return (await control?.[answer === 'approve' ? 'approve' : 'requestCancel'](operationId, request)) ?? false;
    },
    jump(byMs) {
      skewMs += byMs;
    },
    failCheck(reason) {
      failedCheck = reason;
    },
    byHand(text) {
      prompt(text);
    },
    settings: (keys) =>
      Object.fromEntries(
        keys.map((key) => {
          const answer = prompt(`ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`);
          return [key, answer.kind === 'rows' ? String(answer.rows[0]?.[1]) : ''];
        }),
      ),
    held: () => room.hosts().flatMap(({ host, lease }) => (lease === undefined ? [] : [{ host, key: lease }])),
    changes: () =>
      cluster
        .statements()
        .filter(changed)
        .map(({ atMs, text }) => ({ atMs, text, windowOpen: windowAt(policy.windows, atMs) !== undefined })),
    members: () => cluster.backends().filter(({ registered }) => registered).length,
    async end() {
      await simulation.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await start();
  return simulation;
}

function changed({ user, text }: StatementRecord): boolean {
  return user === USER && /^\s*(ALTER|ADMIN\s+SET|CANCEL)\b/i.test(text);
}

function told(journal: Journal, wrote: SimulateOptions['wrote']): Journal {
  if (wrote === undefined) return journal;
  return {
    ...journal,
    async writeStep(operationId, step) {
      await journal.writeStep(operationId, step);
      wrote(step);
    },
  };
}
