import { runOperation } from '../../../src/controller/run-operation.ts';
import { dorisCluster } from '../../../src/doris/cluster.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { OperationsPolicy } from '../../../src/domain/policy.ts';
import type { Notice } from '../../../src/domain/ports/notifier.ts';
import type { DorisVersion, SimulatedCluster } from '../../../src/simulator/cluster.ts';
import { createCluster } from '../../../src/simulator/create-cluster.ts';
import type { Fault } from '../../../src/simulator/faults/fault.ts';
import { discreteClock } from '../../../src/time/discrete-clock.ts';
import { memoryJournal } from '../../unit/operation/support/memory-journal.ts';
import { testPolicy } from '../../unit/operation/support/policy.ts';
import { simulatedChannel, simulatedHttp } from './channel.ts';

const USER = 'root';
const START = Date.parse('2026-03-02T01:30:00Z');

export interface StuckDrain {
  /** Host of the backend that leaves, and of another one. */
  readonly leaving: string;
  readonly other: string;
  readonly notices: readonly Notice[];
  readonly reasons: ReadonlySet<string>;
  readonly cluster: SimulatedCluster;
  /** Sends a statement as a person would. */
  byHand(text: string): void;
  inject(faults: readonly Fault[]): void;
  operation(): Operation;
  /** Codes of the causes that were told of, in their order. */
  causes(): readonly string[];
  /** Lets the operation run until this holds, or for so long. */
  runUntil(holds: () => boolean, longestMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The removal of the last backend of a simulated cluster by the real runner, reader and statements, without sockets; `drains`
 * is called when DECOMMISSION was seen, before a tablet moved.
 */
export async function stuckDrain(options: {
  readonly version: DorisVersion;
  readonly backends?: number;
  /** One more joins before the drain, and is the one that leaves. */
  readonly joins?: boolean;
  readonly dataset?: 'recorded' | 'scaled';
  readonly operations?: Partial<OperationsPolicy>;
  readonly drains: (drain: StuckDrain) => void;
}): Promise<StuckDrain> {
  const clock = discreteClock(START);
  const backends = options.backends ?? 4;
  const cluster = createCluster({
    version: options.version,
    seed: 3,
    speed: 1,
    startAtMs: START,
    frontends: 3,
    backends,
    spareBackends: 1,
    spareBackendsRunning: true,
    backendBytes: 256 * 1024 ** 2,
    dataset: options.dataset ?? 'recorded',
    load: () => 1,
  });
  const frontends = cluster.frontends().filter(({ registered }) => registered);
  const policy = {
    ...testPolicy({ windows: { always: true, allow: [] }, operations: { ...options.operations } }),
    user: USER,
    endpoints: frontends.map(({ host, ports }) => ({ host, port: ports.query })),
  };
  let hands = 0;
  const byHand = (text: string): void => {
    const master = cluster.frontends().find(({ isMaster }) => isMaster);
    if (master === undefined) throw new Error('no FE is master');
    hands += 1;
    const session = cluster.openSession(master.host, USER, '127.0.0.1', 1_000_000 + hands, clock.now());
    const answer = cluster.execute(session, text, clock.now());
    if (answer.kind === 'error') throw new Error(answer.message);
  };
  await clock.advanceTo(START + 120_000);
  if (options.joins === true) {
    const spare = cluster.backends().find(({ registered }) => !registered);
    if (spare === undefined) throw new Error('no spare');
    byHand(`ALTER SYSTEM ADD BACKEND "${spare.host}:${String(spare.ports.heartbeat)}"`);
    await clock.advanceBy(1_800_000);
    cluster.advanceTo(clock.now());
  }
  const { reader, writer } = dorisCluster({
    policy,
    channel: simulatedChannel(cluster, clock, USER),
    clock,
    http: simulatedHttp(cluster, clock),
  });
  const topology = await clock.drive(reader.topology(), clock.now() + 60_000);
  const row = topology.backends.at(-1);
  const other = topology.backends[0];
  if (row === undefined || other === undefined) throw new Error('no backend');
  const now = clock.now();
  const journal = memoryJournal();
  let current: Operation = {
    id: '01JSTUCK000000000000000000',
    cluster: policy.name,
    clusterId: topology.clusterId,
    kind: 'remove-backend',
    role: 'backend',
    group: row.group,
    state: 'pending',
    from: topology.backends.length,
    to: topology.backends.length - 1,
    targets: [{ node: row.address, backendId: row.id, bytes: row.dataUsedBytes, tablets: row.tablets }],
    because: 'test',
    recordId: 'r1',
    createdAt: now,
    startedAt: undefined,
    endedAt: undefined,
    deadlineMs: policy.operations.deadlineMs,
    waitedForWindowMs: 0,
    steps: [],
    progress: undefined,
    reason: 'admitted',
    cancelRequested: undefined,
  };
  await journal.begin(current);
  const notices: Notice[] = [];
  const reasons = new Set<string>();
  const stopping = new AbortController();
  const causes: string[] = [];
  let drains = false;
  const drain: StuckDrain = {
    leaving: row.host,
    other: other.host,
    notices,
    reasons,
    cluster,
    byHand,
    inject(faults) {
      for (const fault of faults) cluster.inject(fault, clock.now());
    },
    operation: () => current,
    causes: () => causes,
    async runUntil(holds, longestMs) {
      await clock.advanceBy(longestMs, () => holds() || current.endedAt !== undefined);
    },
    async stop() {
      stopping.abort(new Error('over'));
      await clock.drive(running, clock.now() + 600_000);
    },
  };
  const running = runOperation({
    operation: current,
    policy: () => policy,
    ports: {
      clock,
      journal,
      reader,
      writer,
      provisioner: undefined,
      probe: { open: async () => true },
      lease: { holds: () => true },
      notifier: { notify: (notice) => notices.push(notice) },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
    needAgain: () => undefined,
    onChange(changed) {
      current = changed;
      reasons.add(changed.reason);
      const record = changed.steps.find(({ key }) => key === '0.drain');
      const cause = record?.data['cause'];
      if (typeof cause === 'string' && causes.at(-1) !== cause) causes.push(cause);
      if (drains || record === undefined) return;
      drains = true;
      options.drains(drain);
    },
    signal: stopping.signal,
  });
  running.catch(() => undefined);
  return drain;
}
