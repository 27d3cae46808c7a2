import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulatorHandle, SimulatorOptions } from '../../src/simulator/start.ts';
import { command, daemon, type RunningDaemon } from './daemon-process.ts';
import { type GaugeExporter, startGaugeExporter } from './gauge-exporter.ts';
import { fillHistory } from './history.ts';
import { type RealPrometheus, startPrometheus } from './prometheus.ts';
import { changingStatements, startTestSimulator } from './simulator.ts';
import { waitFor } from './wait-for.ts';

const DAY_MS = 86_400_000;
const PROVISIONER = fileURLToPath(new URL('../fixtures/provisioner/simulated-host.mjs', import.meta.url));
const ENV = { DORIS_PASSWORD: 'autoscaler' };

/** The gauge that every stage's policy reads as `query: shop_queries`. */
const GAUGE = 'shop_queries';

export interface StageOptions {
  readonly simulator?: Partial<SimulatorOptions>;
  /** Of the gauge, at any instant of the 28 days before; absent: no history at all. */
  readonly history?: (atMs: number) => number;
  /** The history ends so long before the start of the stage; 0 by default: live scrapes go on without a hole. */
  readonly silentMs?: number;
  /** Of the gauge now; absent: not exported. */
  readonly load?: number;
  /** YAML of the policy below `version`, `store`, `interval`, `server` and `provisioners`. */
  readonly clusters: (parts: StageParts) => string;
}

/** Pieces of YAML that only the started parts know. */
export interface StageParts {
  readonly endpoints: string;
  readonly prometheusUrl: string;
}

export interface ShownOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly reason: string;
  readonly steps: readonly { readonly key: string; readonly state: string; readonly detail: string }[];
}

export interface ShownGroup {
  readonly role: string;
  readonly group: string;
  readonly current: number;
  readonly recommended: number;
  readonly desired: number;
  readonly action: string;
  readonly reasons: readonly string[];
  readonly wouldChangeIf: readonly unknown[];
}

/** A simulated cluster on the wire, a real Prometheus with a past, a policy file, and commands as a person types them. */
export interface Stage {
  readonly simulator: SimulatorHandle;
  readonly prometheus: RealPrometheus;
  readonly exporter: GaugeExporter;
  readonly config: string;
  /** Starts the daemon as a process of its own. */
  run(): RunningDaemon;
  /** Writes the policy anew; the daemon sees the changed file. */
  rewrite(clusters: (parts: StageParts) => string): Promise<void>;
  operations(): Promise<readonly ShownOperation[]>;
  /** Groups of the newest decision; undefined before the first. */
  decision(): Promise<readonly ShownGroup[] | undefined>;
  /** The text of /metrics. */
  metrics(running: RunningDaemon): Promise<string>;
  backends(): number;
  frontends(): readonly string[];
  /** Statements that changed the cluster, in their order. */
  changes(): readonly string[];
  /** Waits; says the daemon's log when it does not come. */
  until<T>(
    what: string,
    running: RunningDaemon,
    look: () => Promise<T | undefined | false> | T | undefined | false,
    timeoutMs?: number,
  ): Promise<T>;
  end(): Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'doris-autoscaler-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const simulator = await startTestSimulator({ speed: 120, backendBytes: 256 * 1024 * 1024, ...options.simulator });
    cleanups.push(() => simulator.stop());
    const exporter = await startGaugeExporter(folder, { cluster: 'analytics' });
    cleanups.push(() => exporter.stop());
    exporter.set(GAUGE, options.load);
    const prometheus = await startPrometheus({
      targetsFiles: [exporter.targetsFile],
      scrapeInterval: '1s',
      ...(options.history === undefined
        ? {}
        : { fill: past(exporter.seriesLabels, options.history, options.silentMs ?? 0) }),
    });
    cleanups.push(() => prometheus.stop());

    const config = join(folder, 'policy.yaml');
    const parts: StageParts = {
      endpoints: `[${simulator.description.frontends.map((each) => `"${each.host}:${String(each.mysqlPort)}"`).join(', ')}]`,
      prometheusUrl: prometheus.url,
    };
    const rewrite = async (clusters: StageOptions['clusters']): Promise<void> => {
      await writeFile(config, `${head(folder, simulator)}${clusters(parts)}`);
    };
    await rewrite(options.clusters);

    const shown = async <T>(args: readonly string[]): Promise<T | undefined> => {
      const { exitCode, stdout } = await command([...args, '--config', config, '--json'], ENV);
      return exitCode === 0 ? (JSON.parse(stdout) as T) : undefined;
    };
    return {
      simulator,
      prometheus,
      exporter,
      config,
      rewrite,
      run() {
        const running = daemon(config, ENV);
        cleanups.push(() => running.kill());
        return running;
      },
      operations: async () =>
        (await shown<{ operations: readonly ShownOperation[] }>(['operations']))?.operations ?? [],
      decision: async () => (await shown<{ groups: readonly ShownGroup[] }>(['explain']))?.groups,
      async metrics(running) {
        const address = /"address":"([^"]+)"/.exec(running.log())?.[1];
        return await (await fetch(`${String(address)}/metrics`)).text();
      },
      backends: () => simulator.cluster.backends().filter((backend) => backend.registered).length,
      frontends: () =>
        simulator.cluster
          .frontends()
          .filter((frontend) => frontend.registered)
          .map(({ host, ports }) => `${host}:${String(ports.editLog)}`),
      changes: () => changingStatements(simulator),
      async until(what, running, look, timeoutMs = 90_000) {
        return await waitFor(what, look, { timeoutMs, everyMs: 100 }).catch((error: unknown) => {
          throw new Error(`${String(error)}\n${running.log().slice(-8_000)}`, { cause: error });
        });
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Backfilled at the daemon's own step of history. */
function past(
  labels: Readonly<Record<string, string>>,
  value: (atMs: number) => number,
  silentMs: number,
): (storagePath: string) => Promise<void> {
  const now = Date.now();
  return async (storagePath) => {
    await fillHistory(storagePath, [{ name: GAUGE, labels, value }], {
      fromMs: now - 28 * DAY_MS,
      untilMs: now - silentMs,
      stepMs: 60_000,
    });
  };
}

function head(folder: string, simulator: SimulatorHandle): string {
  const { backends, hosts } = simulator.description;
  const members = backends.map((each) => `${each.host}:${String(each.heartbeatPort)}`);
  const known = [...members, ...hosts.backends, ...hosts.frontends].map((each) => `"${each}"`).join(', ');
  return `version: 1
store: sqlite:${join(folder, 'autoscaler.db')}
interval: 1s
server: { listen: "127.0.0.1:0" }
provisioners:
  spares:
    type: exec
    command: ["${process.execPath}", "${PROVISIONER}", "${simulator.controlUrl}"]
    hosts: [${known}]
clusters:
`;
}

/** One cluster in `act` whose load is the gauge, 100 of it for each backend. */
export function cluster(
  parts: StageParts,
  options: {
    readonly windows: string;
    readonly group: string;
    readonly more?: string;
  },
): string {
  return `  - name: analytics
    mode: act
    endpoints: ${parts.endpoints}
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${parts.prometheusUrl}" }
    windows: ${options.windows}
    backends:
      - { group: default, provisioner: spares, ${options.group} }
${options.more === undefined ? '' : `${options.more}\n`}`;
}

export const QUERIES = `{ signal: queries, query: ${GAUGE}, perNode: 100 }`;
export const OPEN = '{ timezone: UTC, always: true }';
/** Opens for an hour in half a year, whatever day it is. */
export const SHUT = `{ timezone: UTC, allow: [{ name: later, cron: "0 0 1 ${String(inHalfAYear())} *", duration: 1h }] }`;
/** No waiting between changes. */
export const AT_ONCE = 'cooldown: { in: 1s, out: 1s }, stabilize: { in: 1s, out: 0s }';
/** And what goes may be needed back at the next chance. */
export const EAGER = `minHold: 0s, ${AT_ONCE}`;

function inHalfAYear(): number {
  return Temporal.Now.plainDateISO('UTC').add({ months: 6 }).month;
}
