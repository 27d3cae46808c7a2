import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Operation } from '../../../src/domain/operation.ts';
import type { ClusterOptions } from '../../../src/simulator/cluster.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import type { SimulatorDescription } from '../../../src/simulator/wire/describe.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { pausableClock, type PausableClock } from '../pausable-clock.ts';
import { startTestSimulator } from '../simulator.ts';
import { BEGINS, type FastTime } from './fast-time-shape.ts';
import { pointText, type KillPoint } from './point.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PRELOAD = fileURLToPath(new URL('preload.ts', import.meta.url));
const PROVISIONER = fileURLToPath(new URL('../../fixtures/provisioner/simulated-host.mjs', import.meta.url));
const START_AT = Date.parse('2026-11-10T01:00:00Z');
/** An operation's steps still see each state of the cluster. */
const FACTOR = 40;
/** Of the daemon: from its death until the next one has started. */
const DOWN_MS = 10_000;

export interface StageOptions {
  readonly simulator: Partial<ClusterOptions>;
  /** YAML of the one cluster below its endpoints, user and Prometheus. */
  readonly policy: (cluster: SimulatorDescription) => string;
}

/** A life of the daemon. */
export interface Life {
  readonly log: () => string;
  /** Resolves once it is gone; true when it ended itself at its point. */
  readonly ended: Promise<boolean>;
  kill(): Promise<void>;
}

/** A simulated cluster on the wire and the daemon as a process beside it, on one fast clock. */
export interface KillStage {
  readonly simulator: SimulatorHandle;
  readonly now: () => number;
  readonly store: Store;
  operations(): Promise<readonly Operation[]>;
  /** What the provisioner was asked to do, the same thing asked again left out. */
  calls(): Promise<readonly string[]>;
  /** Starts the daemon, to die at a point or to live on. */
  live(point: KillPoint | undefined): Life;
  end(): Promise<void>;
}

export async function setKillStage(options: StageOptions): Promise<KillStage> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'doris-autoscaler-kill-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const clock = pausableClock({ startAtMs: START_AT, factor: FACTOR });
    const simulator = await startTestSimulator({
      speed: 1,
      backendBytes: 64 * 1024 ** 2,
      clock,
      ...options.simulator,
    });
    cleanups.push(() => simulator.stop());
    const config = join(folder, 'policy.yaml');
    const path = join(folder, 'autoscaler.db');
    const asked = join(folder, 'asked.jsonl');
    await writeFile(config, policyText(simulator.description, { path, asked, policy: options.policy }));
    const store = await openStore(path, { lock: false });
    cleanups.push(() => store.close());

    return {
      simulator,
      now: () => clock.now(),
      store,
      operations: () => store.journal.list({ cluster: 'analytics', limit: 50 }),
      calls: async () => distinctCalls(await readFile(asked, 'utf8').catch(() => '')),
      live(point) {
        clock.skip(DOWN_MS);
        const time: FastTime = { startAtMs: clock.now(), factor: FACTOR };
        const env = { FAST_TIME: JSON.stringify(time), KILL_AT: point === undefined ? '' : pointText(point) };
        const life = start(config, env, clock);
        cleanups.push(() => life.kill());
        return life;
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The clock runs while the daemon does: how long a process takes to start on a busy machine is nothing to test. */
function start(config: string, env: Readonly<Record<string, string>>, clock: PausableClock): Life {
  const args = ['--import', PRELOAD, join(ROOT, 'src', 'main.ts'), 'run', '--config', config];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...COMPILE_CACHE, DORIS_PASSWORD: 'autoscaler', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  let killed = false;
  child.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    if (!child.killed && log.includes(BEGINS)) clock.resume();
  });
  child.once('exit', () => {
    clock.pause();
  });
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (killed || signal === 'SIGKILL') resolve(!killed);
      else reject(new Error(`the daemon ended by itself: exit ${String(code)}\n${log.slice(-4000)}`));
    });
  });
  // Awaited later, or not at all once the stage ends.
  ended.catch(() => undefined);
  return {
    log: () => log,
    ended,
    async kill() {
      killed = true;
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
}

function distinctCalls(lines: string): readonly string[] {
  const calls = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly verb: string; readonly role?: string; readonly key?: string })
    .filter(({ verb }) => verb !== 'list')
    .map(({ verb, role, key }) => `${verb} ${role ?? ''} for target ${key?.split('.').at(-1) ?? ''}`);
  // Hosts are asked side by side: the order counts for each target alone.
  return [...new Set(calls)].toSorted((a, b) => targetOf(a).localeCompare(targetOf(b)));
}

function targetOf(call: string): string {
  return call.slice(call.lastIndexOf(' ') + 1);
}

function policyText(
  cluster: SimulatorDescription,
  { path, asked, policy }: { readonly path: string; readonly asked: string; readonly policy: StageOptions['policy'] },
): string {
  const list = (texts: readonly string[]): string => `[${texts.map((text) => `"${text}"`).join(', ')}]`;
  const endpoints = cluster.frontends.map(({ host, mysqlPort }) => `${host}:${String(mysqlPort)}`);
  return `version: 1
store: sqlite:${path}
interval: 30s
server: { listen: "127.0.0.1:0" }
provisioners:
  spares:
    type: exec
    command: ${list(['/bin/sh', '-c', `tee -a '${asked}' | exec '${process.execPath}' '${PROVISIONER}' '${cluster.hosts.control}'`])}
clusters:
  - name: analytics
    mode: act
    endpoints: ${list(endpoints)}
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${cluster.prometheus}", labels: { cluster: analytics } }
${policy(cluster)}`;
}
