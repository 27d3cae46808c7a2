// Run by hand after `npm run build`: node test/bench/backtest.bench.ts [RUNS]. A year at one minute is replayed by the built
// command, from a CSV file and from a real Prometheus, beside a daemon that looks every 5 s. Prints the time of the whole
// command and the daemon's event-loop delay with and without it; asserts nothing.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SimulatorDescription } from '../../src/simulator/wire/describe.ts';
import { DAY, HOUR, MINUTE } from '../support/decision-input.ts';
import { fillHistory } from '../support/history.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { startTestSimulator } from '../support/simulator.ts';
import { waitFor } from '../support/wait-for.ts';

const RUNS = Number(process.argv[2] ?? 7);
const DAYS = 365;
const QUIET_MS = 10_000;
const env = { ...process.env, DORIS_PASSWORD: 'autoscaler' };
const bin = join(import.meta.dirname, '..', '..', 'bin', 'doris-autoscaler.js');
const END = Math.floor(Date.now() / DAY) * DAY;

const folder = mkdtempSync(join(tmpdir(), 'doris-autoscaler-bench-'));
const csv = join(folder, 'year.csv');
const delays = join(folder, 'delays');
writeFileSync(csv, csvText());
const simulator = await startTestSimulator();
const prometheus = await startPrometheus({
  targetsFiles: [],
  retention: '400d',
  fill: (path) =>
    fillHistory(path, [{ name: 'load', value: load }], {
      fromMs: END - DAYS * DAY,
      untilMs: END - MINUTE,
      stepMs: MINUTE,
    }),
});
const own = policyText(simulator.description, 'replayed', prometheus.url);
const daemon = startDaemon(policyText(simulator.description, 'running', simulator.description.prometheus));
try {
  console.log(
    `node ${process.version}, ${cpus()[0]?.model ?? ''} x ${String(cpus().length)}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  await wait(QUIET_MS);
  const alone = await delayDuring(() => wait(QUIET_MS));
  console.log(`the daemon alone: loop delay p99 ${alone.p99} ms, at most ${alone.max} ms`);
  for (const [name, args] of [
    ['from CSV', ['--trace', csv]],
    ['from Prometheus', ['--since', '366d']],
  ] as const) {
    const tookMs: number[] = [];
    let said = '';
    const delay = await delayDuring(async () => {
      for (let run = 0; run < RUNS; run += 1) {
        const began = performance.now();
        said = await output(spawn(process.execPath, [bin, 'backtest', '--config', own, '--json', ...args], { env }));
        tookMs.push(performance.now() - began);
      }
    });
    const { changes } = JSON.parse(said) as { readonly changes: number };
    const sorted = tookMs.toSorted((a, b) => a - b).map((ms) => (ms / 1000).toFixed(2));
    console.log(
      `${name}: median ${sorted[Math.floor(RUNS / 2)] ?? ''} s of ${String(RUNS)} (${sorted.join(', ')}), ${String(changes)} changes; the daemon's loop delay p99 ${delay.p99} ms, at most ${delay.max} ms`,
    );
  }
} finally {
  daemon.kill('SIGTERM');
  await new Promise((done) => daemon.once('close', done));
  await prometheus.stop();
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A daemon that notes its event-loop delay: each SIGUSR2 writes what was since the one before. */
function startDaemon(config: string): ChildProcess {
  const note = `import { writeFileSync } from 'node:fs';
    import { monitorEventLoopDelay } from 'node:perf_hooks';
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    process.on('SIGUSR2', () => {
      const ms = (ns) => (ns / 1e6).toFixed(1);
      writeFileSync(${JSON.stringify(delays)}, JSON.stringify({ p99: ms(delay.percentile(99)), max: ms(delay.max) }));
      delay.reset();
    });`;
  return spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(note)}`, bin, 'run', '--config', config],
    {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

async function delayDuring(work: () => Promise<unknown>): Promise<{ readonly p99: string; readonly max: string }> {
  await noted();
  await work();
  return await noted();
}

async function noted(): Promise<{ readonly p99: string; readonly max: string }> {
  rmSync(delays, { force: true });
  daemon.kill('SIGUSR2');
  let text = '';
  await waitFor('the daemon notes its delay', () => {
    try {
      text = readFileSync(delays, 'utf8');
    } catch {
      text = '';
    }
    return text.endsWith('}');
  });
  return JSON.parse(text) as { readonly p99: string; readonly max: string };
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.pipe(process.stderr);
  await new Promise((done) => child.once('close', done));
  return text;
}

/** Office hours and quiet weekends. */
function load(at: number): number {
  const hour = (at % DAY) / HOUR;
  const isWeekend = Math.floor(at / DAY + 3) % 7 >= 5;
  const noise = 0.95 + 0.1 * ((Math.imul(Math.floor(at / MINUTE), 2_654_435_761) >>> 0) / 2 ** 32);
  return (2 + 14 * Math.exp(-(((hour - 14) / 4) ** 2)) * (isWeekend ? 0.4 : 1)) * noise;
}

function csvText(): string {
  const rows = ['time,load'];
  for (let at = END - DAYS * DAY; at < END; at += MINUTE)
    rows.push(`${new Date(at).toISOString().slice(0, 19)}Z,${load(at).toFixed(3)}`);
  return `${rows.join('\n')}\n`;
}

function policyText(doris: SimulatorDescription, name: string, url: string): string {
  const endpoints = doris.frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ');
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `version: 1
store: sqlite:${join(folder, `${name}.db`)}
interval: 5s
server: { listen: "127.0.0.1:0" }
clusters:
  - name: analytics
    endpoints: [${endpoints}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${url}" }
    windows: { timezone: Etc/UTC, allow: [{ name: night, days: [mon-sun], start: "01:00", end: "05:00" }] }
    backends:
      - group: default
        min: 3
        max: 40
        step: { out: 4, in: 4 }
        cooldown: { in: 6h }
        minHold: 12h
        signals: [{ signal: load, query: load, perNode: 1 }]
`,
  );
  return file;
}
