import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../../config/load-policy.ts';
import { formatProblem } from '../../config/problem.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import { startSimulator } from '../../simulator/start.ts';
import type { SimulatorHandle, SimulatorOptions } from '../../simulator/start.ts';
import type { SimulatorDescription } from '../../simulator/wire/describe.ts';
import { openStore } from '../../store/store.ts';
import type { Store } from '../../store/store.ts';
import { clockTicker } from '../../time/clock-ticker.ts';
import type { TickerEvents } from '../../time/cron-ticker.ts';
import { scaledClock } from '../../time/scaled-clock.ts';
import { systemClock } from '../../time/system-clock.ts';
import { ulids } from '../../time/ulids.ts';
import { createDaemon } from '../daemon/daemon.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { lifecycle } from '../service/lifecycle.ts';

const STOP_PART_MS = 8_000;

export interface RehearsalOptions {
  readonly startAtMs: EpochMs;
  /** How many times as fast as life. */
  readonly factor: number;
  readonly cluster: Omit<SimulatorOptions, 'clock'>;
  /** The policy's YAML for the cluster that was started. */
  readonly policy: (cluster: SimulatorDescription, storePath: string) => string;
  readonly version: string;
  readonly log?: Log;
}

/** A simulated Doris and the real daemon on one scaled clock, with real sockets. */
export interface Rehearsal {
  readonly clock: Clock;
  readonly simulator: SimulatorHandle;
  readonly policy: Policy;
  readonly policyText: string;
  readonly store: Store;
  readonly daemon: Daemon;
  stop(): Promise<void>;
}

export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const clock = scaledClock({ startAtMs: options.startAtMs, factor: options.factor });
  const log = options.log ?? silent;
  // Real time: a part that hangs is not waited for at the pace of the scaled clock.
  const life = lifecycle(log, systemClock(), STOP_PART_MS);
  try {
    const folder = await mkdtemp(join(tmpdir(), 'doris-autoscaler-'));
    life.onStop('folder', () => rm(folder, { recursive: true, force: true }));
    const simulator = await startSimulator({ ...options.cluster, clock });
    life.onStop('simulator', () => simulator.stop());
    const file = join(folder, 'policy.yaml');
    const policyText = options.policy(simulator.description, join(folder, 'autoscaler.db'));
    await writeFile(file, policyText);
    const loaded = loadPolicy(file, {
      env: { DORIS_PASSWORD: 'autoscaler' },
      at: clock.now(),
      readFile: (path) => readFileSync(path, 'utf8'),
    });
    if (!loaded.ok) throw new Error(loaded.errors.map(formatProblem).join('\n'));
    const { policy } = loaded;
    const store = await openStore(policy.store.path, { lock: true });
    life.onStop('store', () => store.close());
    const ticker = (events: TickerEvents) => clockTicker(clock, events);
    const daemon = createDaemon({ policy, store, clock, ticker, ids: ulids(), log, version: options.version });
    life.onStop('daemon', () => daemon.stop());
    await daemon.begin();
    return { clock, simulator, policy, policyText, store, daemon, stop: () => life.stop() };
  } catch (error) {
    await life.stop();
    throw error;
  }
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
