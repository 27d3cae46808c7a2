import { fileURLToPath } from 'node:url';
import { startRehearsal, type Rehearsal } from '../../src/app/demo/rehearsal.ts';
import type { GroupDecision } from '../../src/domain/decision.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { DecisionRecord } from '../../src/domain/record.ts';
import type { SimulatorOptions } from '../../src/simulator/start.ts';
import type { SimulatorDescription } from '../../src/simulator/wire/describe.ts';
import { type ChangingStatement, changesOf } from './simulator.ts';
import { waitFor } from './wait-for.ts';

const PROVISIONER = fileURLToPath(new URL('../fixtures/provisioner/simulated-host.mjs', import.meta.url));

export interface RehearseOptions {
  /** RFC 3339; the rehearsal's clock starts there. */
  readonly startAt: string;
  /** How many times as fast as life, 60 by default: an operation's steps still see each state of the cluster. */
  readonly factor?: number;
  readonly simulator?: Partial<Omit<SimulatorOptions, 'clock'>>;
  readonly interval?: string;
  /** YAML of the one cluster below its endpoints, user and Prometheus. */
  readonly cluster: string;
  /** `host:port` list instead of the simulator's own. */
  readonly endpoints?: readonly string[];
}

/** The real daemon and a simulated cluster on one fast clock, with real sockets. */
export interface Rehearsed {
  readonly rehearsal: Rehearsal;
  readonly startAtMs: number;
  /** Statements that changed the cluster, with the rehearsal's instants. */
  changes(): readonly ChangingStatement[];
  decision(): Promise<DecisionRecord | undefined>;
  group(): Promise<GroupDecision | undefined>;
  operations(): Promise<readonly Operation[]>;
  backends(): number;
  observers(): readonly string[];
  /** Real time; the message carries the newest decision and operations when it does not come. */
  until<T>(
    what: string,
    look: () => Promise<T | undefined | false> | T | undefined | false,
    timeoutMs?: number,
  ): Promise<T>;
  /** Resolves when the rehearsal's clock has reached an instant. */
  reach(instant: string): Promise<void>;
  stop(): Promise<void>;
}

let started = 0;

export async function rehearse(options: RehearseOptions): Promise<Rehearsed> {
  started += 1;
  const startAtMs = Temporal.Instant.from(options.startAt).epochMilliseconds;
  const backends = options.simulator?.backends ?? 4;
  const rehearsal = await startRehearsal({
    startAtMs,
    factor: options.factor ?? 60,
    version: '0.0.0',
    cluster: {
      version: '4.0',
      seed: 7,
      speed: 1,
      frontends: 3,
      backends,
      backendBytes: 512 * 1024 * 1024,
      portBase: 0,
      hostPrefix: `127.${String(1 + (process.pid % 250))}.${String(1 + ((128 + started) % 250))}.`,
      load: () => backends / 2,
      ...options.simulator,
    },
    policy: (cluster, store) => policyText(cluster, store, options),
  });
  const name = 'analytics';
  const { simulator, store, clock } = rehearsal;
  const decision = async (): Promise<DecisionRecord | undefined> =>
    (await store.records.list({ cluster: name, limit: 1 }))[0];
  const operations = (): Promise<readonly Operation[]> => store.journal.list({ cluster: name, limit: 50 });
  const rehearsed: Rehearsed = {
    rehearsal,
    startAtMs,
    changes: () => changesOf(simulator),
    decision,
    group: async () => (await decision())?.groups.find((each) => each.role === 'backend'),
    operations,
    backends: () => simulator.cluster.backends().filter(({ registered }) => registered).length,
    observers: () =>
      simulator.cluster
        .frontends()
        .filter(({ registered, role }) => registered && role === 'OBSERVER')
        .map(({ host, ports }) => `${host}:${String(ports.editLog)}`),
    async until(what, look, timeoutMs = 90_000) {
      return await waitFor(what, look, { timeoutMs }).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await situation(rehearsed)}`, { cause: error });
      });
    },
    async reach(instant) {
      const atMs = Temporal.Instant.from(instant).epochMilliseconds;
      await clock.sleep(Math.max(0, atMs - clock.now()));
    },
    stop: () => rehearsal.stop(),
  };
  return rehearsed;
}

async function situation(rehearsed: Rehearsed): Promise<string> {
  const record = await rehearsed.decision();
  const groups = (record?.groups ?? []).map((group) =>
    [group.role, group.group, group.current, '->', group.desired, group.action, ...group.reasons].join(' '),
  );
  const open = (await rehearsed.operations()).map(
    (operation) =>
      `${operation.kind} ${operation.state}: ${operation.reason} [${operation.steps.map((step) => `${step.key} ${step.state}`).join(', ')}]`,
  );
  const at = Temporal.Instant.fromEpochMilliseconds(rehearsed.rehearsal.clock.now()).toString();
  return [at, ...groups, ...open, ...rehearsed.changes().map(({ text }) => text)].join('\n');
}

function policyText(cluster: SimulatorDescription, store: string, options: RehearseOptions): string {
  const endpoints =
    options.endpoints ?? cluster.frontends.map((frontend) => `${frontend.host}:${String(frontend.mysqlPort)}`);
  const members = cluster.backends.map(({ host, heartbeatPort }) => `${host}:${String(heartbeatPort)}`);
  const hosts = [...members, ...cluster.hosts.backends, ...cluster.hosts.frontends];
  const list = (texts: readonly string[]): string => `[${texts.map((text) => `"${text}"`).join(', ')}]`;
  return `version: 1
store: sqlite:${store}
interval: ${options.interval ?? '30s'}
server: { listen: "127.0.0.1:0" }
provisioners:
  spares:
    type: exec
    command: ["${process.execPath}", "${PROVISIONER}", "${cluster.hosts.control}"]
    hosts: ${list(hosts)}
clusters:
  - name: analytics
    endpoints: ${list(endpoints)}
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${cluster.prometheus}", labels: { cluster: analytics } }
${options.cluster}`;
}
