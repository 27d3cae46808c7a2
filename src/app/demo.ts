import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../config/load-policy.ts';
import { formatProblem } from '../config/problem.ts';
import type { Log } from '../domain/ports/log.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { startServer } from '../server/server.ts';
import { officeLoad } from '../simulator/load/office-load.ts';
import { startSimulator } from '../simulator/start.ts';
import type { SimulatorHandle } from '../simulator/start.ts';
import { openStore } from '../store/store.ts';
import { clockTicker } from '../time/clock-ticker.ts';
import { scaledClock } from '../time/scaled-clock.ts';
import { ulids } from '../time/ulids.ts';
import { startDaemon } from './daemon.ts';
import { lifecycle } from './lifecycle.ts';
import { demoPolicy } from './demo-policy.ts';
import { serverSource } from './server-source.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = 'Asia/Shanghai';
/** A Sunday evening; month-end begins on the Wednesday after it. */
const START = '2026-11-22T20:00:00+08:00[Asia/Shanghai]';
const WEEK_MS = 7 * DAY_MS;
const STOP_PART_MS = 4_000;

export interface DemoOptions {
  /** How many times as fast as life. */
  readonly factor: number;
  readonly version: string;
  readonly stopping: AbortSignal;
  /** One event or note, with the demo's own time. */
  readonly say: (atMs: number, text: string) => void;
  readonly head: (text: string) => void;
  readonly listen: string;
  readonly explain: (record: DecisionRecord, policy: ClusterPolicy) => string | undefined;
  readonly tell: (operation: Operation) => readonly string[];
}

/** One week of a simulated cluster with the real daemon on one scaled clock, with real sockets. Resolves when it is over. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const startAtMs = Temporal.ZonedDateTime.from(START).epochMilliseconds;
  const clock = scaledClock({ startAtMs, factor: options.factor });
  const folder = await mkdtemp(join(tmpdir(), 'doris-autoscaler-demo-'));
  const life = lifecycle(silent, timeout, STOP_PART_MS);
  try {
    const simulator = await startSimulator({
      clock,
      version: '4.0',
      seed: 7,
      speed: 1,
      frontends: 3,
      backends: 8,
      spareBackends: 4,
      spareBackendsRunning: true,
      portBase: 0,
      hostPrefix: '127.88.0.',
      load: officeLoad({ peak: 3.2, seed: 7, utcOffsetMs: 8 * HOUR_MS }),
    });
    life.onStop('simulator', () => simulator.stop());
    await play(options, { clock, simulator, folder, startAtMs, life });
  } finally {
    await life.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(
  options: DemoOptions,
  stage: {
    readonly clock: ReturnType<typeof scaledClock>;
    readonly simulator: SimulatorHandle;
    readonly folder: string;
    readonly startAtMs: number;
    readonly life: ReturnType<typeof lifecycle>;
  },
): Promise<void> {
  const { clock, simulator, folder, startAtMs, life } = stage;
  const text = demoPolicy(simulator.description, {
    store: join(folder, 'demo.db'),
    listen: options.listen,
    zone: ZONE,
  });
  const file = join(folder, 'demo.yaml');
  await writeFile(file, text);
  const loaded = loadPolicy(file, {
    env: { DORIS_PASSWORD: 'autoscaler' },
    at: clock.now(),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatProblem).join('\n'));
  const { policy } = loaded;
  const store = await openStore(policy.store.path, { lock: true });
  life.onStop('store', () => store.close());
  const daemon = await startDaemon({
    policy,
    store,
    clock,
    ticker: clockTicker(clock),
    ids: ulids(),
    log: silent,
    version: options.version,
  });
  life.onStop('daemon', () => daemon.stop());
  const server = await startServer({
    policy: policy.server,
    source: serverSource(daemon, store, clock),
    version: options.version,
  });
  life.onStop('server', () => server.close());
  options.head(
    `API http ${server.address}/api/v1/clusters   metrics ${server.address}/metrics   Prometheus API ${simulator.prometheusUrl}`,
  );
  options.head(`policy\n${text}`);
  const said = new Map<string, string>();
  daemon.subscribe({
    decision: (record) => {
      const cluster = policy.clusters.find((each) => each.name === record.cluster);
      const line = cluster === undefined ? undefined : options.explain(record, cluster);
      if (line === undefined || said.get(record.cluster) === line) return;
      said.set(record.cluster, line);
      options.say(record.at, line);
    },
    operation: (operation) => {
      for (const line of options.tell(operation)) options.say(clock.now(), line);
    },
  });
  await clock.sleep(startAtMs + WEEK_MS - clock.now(), options.stopping).catch(() => undefined);
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Real time: what hangs in the demo must not be waited for at the demo's pace. */
function timeout(ms: number): Promise<'timeout'> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => {
      resolve('timeout');
    });
  });
}
