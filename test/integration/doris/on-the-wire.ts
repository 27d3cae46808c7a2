import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOperation } from '../../../src/controller/run-operation.ts';
import { type DorisCluster, dorisCluster } from '../../../src/doris/cluster.ts';
import { mysqlChannel } from '../../../src/doris/mysql-channel.ts';
import type { Operation, OperationKind } from '../../../src/domain/operation.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Notice } from '../../../src/domain/ports/notifier.ts';
import { execProvisioner } from '../../../src/provisioner/exec/exec-provisioner.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';
import { tcpProbe } from '../../../src/provisioner/tcp-probe.ts';
import type { Fault } from '../../../src/simulator/faults/fault.ts';
import type { SimulatorHandle, SimulatorOptions } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import { scaledClock } from '../../../src/time/scaled-clock.ts';
import { changingStatements, startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';

const PROGRAM = join(import.meta.dirname, '../../fixtures/provisioner/simulated-host.mjs');
/** Business seconds for each real one. */
const FACTOR = 60;

/** A simulated cluster on real sockets, and everything that carries out operations on it: a real store, real processes. */
export interface OnTheWire {
  readonly simulator: SimulatorHandle;
  readonly doris: DorisCluster;
  readonly clock: Clock;
  readonly notices: readonly Notice[];
  /** Carries an operation out from its admission to its end. */
  carryOut(
    kind: OperationKind,
    options: {
      readonly policy: ClusterPolicy;
      readonly node?: string | undefined;
      readonly onChange?: (operation: Operation) => void;
    },
  ): Promise<Operation>;
  inject(fault: Fault): void;
  /** One statement of somebody else, sent to the first FE. */
  bySomeone(text: string): Promise<void>;
  /** What changed the cluster since the last call. */
  sent(): readonly string[];
  stop(): Promise<void>;
}

export async function onTheWire(options: Partial<SimulatorOptions>): Promise<OnTheWire> {
  const clock = scaledClock({ startAtMs: Date.UTC(2026, 2, 2, 1), factor: FACTOR });
  const folder = mkdtempSync(join(tmpdir(), 'on-the-wire-'));
  const simulator = await startTestSimulator({
    clock,
    speed: 10,
    backends: 4,
    spareBackends: 1,
    spareFrontends: 1,
    backendBytes: 512 * 1024 * 1024,
    ...options,
  });
  const store = await openStore(join(folder, 'store.db'), { lock: true });
  const channel = mysqlChannel({ user: 'root', password: undefined, connectTimeoutMs: 2000 });
  const endpoints = simulator.description.frontends.map(({ host, mysqlPort }) => ({ host, port: mysqlPort }));
  const doris = dorisCluster({
    policy: { endpoints, user: 'root', password: undefined, clusterId: undefined },
    channel,
    clock,
  });
  await waitFor('a cluster with capacities', async () =>
    (await doris.reader.topology()).backends.every((backend) => backend.alive && backend.totalBytes > 0),
  );
  const provisioner = execProvisioner({
    name: 'spares',
    command: [process.execPath, PROGRAM, simulator.controlUrl],
    timeoutMs: 30_000,
    hosts: [],
    taking: oneAtATime(),
  });
  const notices: Notice[] = [];
  let operations = 0;
  let seen = 0;

  return {
    simulator,
    doris,
    clock,
    notices,
    async carryOut(kind, { policy, node, onChange = () => undefined }) {
      operations += 1;
      const topology = await doris.reader.topology();
      const row = topology.backends.find((backend) => backend.address === node);
      const operation: Operation = {
        id: `01JTEST000000000000000000${String(operations)}`,
        cluster: policy.name,
        clusterId: topology.clusterId,
        kind,
        role: kind.endsWith('backend') ? 'backend' : 'observer',
        group: kind.endsWith('backend') ? 'default' : 'observer',
        state: 'pending',
        from: 4,
        to: kind.startsWith('add-') ? 5 : 3,
        targets: [{ node, backendId: row?.id, bytes: row?.dataUsedBytes, tablets: row?.tablets }],
        because: 'test',
        recordId: 'r1',
        createdAt: clock.now(),
        startedAt: undefined,
        endedAt: undefined,
        deadlineMs: policy.operations.deadlineMs,
        waitedForWindowMs: 0,
        steps: [],
        progress: undefined,
        reason: 'admitted',
        cancelRequested: undefined,
      };
      await store.journal.begin(operation);
      const ended = await runOperation({
        operation,
        policy: () => policy,
        ports: {
          clock,
          journal: store.journal,
          ...doris,
          provisioner,
          probe: tcpProbe(),
          lease: store.lease,
          notifier: { notify: (notice) => notices.push(notice) },
          log: { debug() {}, info() {}, warn() {}, error() {} },
        },
        needAgain: () => undefined,
        onChange,
        signal: AbortSignal.timeout(100_000),
      });
      if (ended.endedAt === undefined) throw new Error(`it did not end: ${JSON.stringify(ended, null, 1)}`);
      return ended;
    },
    inject(fault) {
      simulator.cluster.inject(fault, clock.now());
    },
    async bySomeone(text) {
      const [endpoint] = endpoints;
      if (endpoint === undefined) throw new Error('no frontend');
      await channel.execute(endpoint, text, { deadlineMs: 10_000 });
    },
    sent() {
      const all = changingStatements(simulator);
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    },
    async stop() {
      await channel.close();
      await store.close();
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
