// Run by hand after `npm run build`: node test/bench/start.bench.ts. Prints the time from the start of the built command to
// the first 200 of /readyz, and the memory of the running daemon, for 1 and 10 clusters; asserts nothing.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SimulatorDescription } from '../../src/simulator/wire/describe.ts';
import { startTestSimulator } from '../support/simulator.ts';

const RUNS = 5;
const SETTLE_MS = 15_000;
const POLL_MS = 2;
const bin = join(import.meta.dirname, '..', '..', 'bin', 'doris-autoscaler.js');

const folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-bench-'));
const simulator = await startTestSimulator();
try {
  console.log(
    `node ${process.version}, ${cpus()[0]?.model ?? ''} x ${String(cpus().length)}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  const bare: number[] = [];
  for (let run = 0; run < RUNS; run += 1) bare.push(await bareStart());
  console.log(`bare node: ${median(bare)} ms`);
  for (const clusters of [1, 10]) {
    const starts: Awaited<ReturnType<typeof oneStart>>[] = [];
    for (let run = 0; run < RUNS; run += 1) starts.push(await oneStart(clusters, run, 0));
    const waited = starts.map(({ readyMs }) => readyMs);
    const busy = median(starts.map(({ cpuMs }) => cpuMs));
    const { status } = await oneStart(clusters, RUNS, SETTLE_MS);
    console.log(
      `${String(clusters)} clusters: /readyz after ${median(waited)} ms (${waited.map((ms) => ms.toFixed(0)).join(', ')}), ${busy} ms of CPU; ${status} after ${String(SETTLE_MS / 1000)} s at interval 5s`,
    );
  }
} finally {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function oneStart(clusters: number, run: number, stayMs: number) {
  const port = await freePort();
  const config = join(folder, `policy-${String(clusters)}-${String(run)}.yaml`);
  writeFileSync(
    config,
    policyText(simulator.description, clusters, port, join(folder, `store-${String(clusters)}-${String(run)}.db`)),
  );
  const startedMs = performance.now();
  const child = spawn(process.execPath, [bin, 'run', '--config', config], {
    env: { ...process.env, DORIS_PASSWORD: 'autoscaler' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const closed = new Promise((done) => child.once('close', done));
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error(`ended with ${String(child.exitCode)}`);
      await wait(POLL_MS);
    }
    const readyMs = performance.now() - startedMs;
    const cpuMs = cpuMsOf(child.pid ?? 0);
    await wait(stayMs);
    const text = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
    const mebibytes = (name: string): string =>
      `${name} ${(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024).toFixed(0)} MiB`;
    return { readyMs, cpuMs, status: `${mebibytes('VmRSS')}, ${mebibytes('VmHWM')}` };
  } finally {
    child.kill('SIGTERM');
    await closed;
  }
}

/** User and system time of a process so far. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * 10;
}

async function bareStart(): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise((done) => child.once('close', done));
  return performance.now() - startedMs;
}

function isReady(port: number): Promise<boolean> {
  return new Promise((done) => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (reply) => {
      reply.resume();
      done(reply.statusCode === 200);
    });
    asked.once('error', () => done(false));
    asked.end();
  });
}

function policyText(doris: SimulatorDescription, clusters: number, port: number, store: string): string {
  const endpoints = doris.frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ');
  const one = (index: number): string => `  - name: cluster-${String(index)}
    mode: ${index === 1 ? 'act' : 'observe'}
    endpoints: [${endpoints}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${doris.prometheus}" }
    windows: { timezone: Asia/Shanghai, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "05:00" }] }
    backends:
      - { group: default, min: 3, max: 6, signals: [{ signal: be_cpu, target: 60% }, { signal: be_disk, target: 70% }] }
`;
  return `version: 1
store: sqlite:${store}
interval: 5s
server: { listen: "127.0.0.1:${String(port)}" }
clusters:
${Array.from({ length: clusters }, (_, index) => one(index + 1)).join('')}`;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function median(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(0);
}
