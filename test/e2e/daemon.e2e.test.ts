import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../src/simulator/start.ts';
import { openStore } from '../../src/store/store.ts';
import { command, daemon } from '../support/daemon-process.ts';
import type { RunningDaemon } from '../support/daemon-process.ts';
import { seriesOf } from '../support/series.ts';
import { startTestSimulator } from '../support/simulator.ts';
import { cluster, EAGER, OPEN, QUERIES, setStage, SHUT } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'autoscaler';
const TOKEN = 'the-token-of-the-api';
const ENV = { DORIS_PASSWORD: PASSWORD, AUTOSCALER_TOKEN: TOKEN };

let simulator: SimulatorHandle;
let folder: string;
let config: string;
let daemons: RunningDaemon[];

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(async () => {
  await simulator.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-e2e-'));
  config = join(folder, 'policy.yaml');
  daemons = [];
});
afterEach(async () => {
  for (const each of daemons) await each.kill();
  rmSync(folder, { recursive: true, force: true });
});

function policy(parts: { readonly min?: number; readonly listen?: string; readonly prometheus?: string } = {}): void {
  const { frontends, prometheus } = simulator.description;
  const endpoints = frontends.map(({ host, mysqlPort }) => `"${host}:${String(mysqlPort)}"`).join(', ');
  const listen = parts.listen ?? '{ listen: "127.0.0.1:0", token: { env: AUTOSCALER_TOKEN } }';
  writeFileSync(
    config,
    `version: 1
store: sqlite:${join(folder, 'a.db')}
interval: 1s
server: ${listen}
clusters:
  - name: analytics
    mode: act
    endpoints: [${endpoints}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${parts.prometheus ?? prometheus}", labels: { cluster: analytics } }
    windows: ${SHUT}
    backends: [{ group: default, min: ${String(parts.min ?? 3)}, max: 9, signals: [{ signal: be_cpu, target: 60% }] }]
`,
  );
}

function start(): RunningDaemon {
  const running = daemon(config, ENV);
  daemons.push(running);
  return running;
}

const linesOf = (running: RunningDaemon): readonly Record<string, unknown>[] =>
  running
    .log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const addressOf = (running: RunningDaemon): Promise<string> =>
  waitFor('the daemon runs', () => linesOf(running).find((line) => line['msg'] === 'running')?.['address'] as string, {
    timeoutMs: 60_000,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${running.log()}`);
  });

const evaluated = (running: RunningDaemon): Promise<unknown> =>
  waitFor('a decision is logged', () => linesOf(running).find((line) => 'recordId' in line), {
    timeoutMs: 60_000,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${running.log()}`);
  });

describe('run', () => {
  it('serves until SIGTERM, then exits 0 with a clean store; its log is JSON without a secret', async () => {
    policy();
    const running = start();
    const address = await addressOf(running);
    await evaluated(running);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await fetch(`${address}/api/v1/clusters`)).status).toBe(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await (await fetch(`${address}/api/v1/clusters`, { headers })).json()).toMatchObject({
      clusters: [{ name: 'analytics', leader: true, forcedObserve: null }],
    });
    const beside = await command(['status', '--config', config, '--json'], ENV);
    expect(JSON.parse(beside.stdout)).toMatchObject({ clusters: [{ name: 'analytics', leader: true }] });
    expect(await running.stop()).toBe(0);
    expect(linesOf(running).at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
    expect(running.log()).not.toContain(TOKEN);
    const store = await openStore(join(folder, 'a.db'), { lock: true });
    expect(await store.journal.open('analytics')).toBeUndefined();
    await store.close();
    const after = await command(['status', '--config', config, '--json'], ENV);
    expect(JSON.parse(after.stdout)).toMatchObject({ clusters: [{ leader: false }] });
  });

  it('ends by itself while Prometheus does not answer: 0, not the 1 of one that had to be ended', async () => {
    let asked = false;
    const silent = createServer(() => {
      asked = true;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      policy({ prometheus: `http://127.0.0.1:${String(port)}` });
      const running = start();
      await addressOf(running);
      await waitFor('Prometheus is asked', () => asked);
      expect(await running.stop()).toBe(0);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('reloads on SIGHUP, and keeps the last good policy', async () => {
    policy();
    const running = start();
    const address = await addressOf(running);
    const series = async () => seriesOf(await (await fetch(`${address}/metrics`)).text());
    const reloads = async (result: string): Promise<number> =>
      (await series()).get(`config_reloads_total{result="${result}"}`) ?? 0;
    process.kill(running.pid, 'SIGHUP');
    await waitFor('the reload', async () => (await reloads('accepted')) === 1);
    policy({ min: 12 });
    process.kill(running.pid, 'SIGHUP');
    await waitFor('the refusal', async () => (await reloads('rejected')) >= 1);
    expect((await series()).get('config_last_reload_successful')).toBe(0);
    expect((await series()).get('min_nodes{cluster="analytics",role="backend",group="default"}')).toBe(3);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    policy({ min: 4 });
    await waitFor('the good one', async () => (await series()).get('config_last_reload_successful') === 1);
    expect(await running.stop()).toBe(0);
  });

  it('a second one on the same store exits 1 and says what to do', async () => {
    policy();
    const running = start();
    await addressOf(running);
    const second = await command(['run', '--config', config], ENV);
    expect([second.exitCode, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(/^another daemon has .*a\.db open\n {2}one daemon runs on a SQLite store: /);
    const json = await command(['run', '--json', '--config', config], ENV);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'store-locked' } });
  });

  it('of a wrong policy exits 2 with each problem, and never listens beyond loopback without a token', async () => {
    policy({ listen: '{ listen: "0.0.0.0:0" }', min: 12 });
    const { exitCode, stdout, stderr } = await command(['run', '--config', config], ENV);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(
        /policy\.yaml:4:\d+: server\.listen: 0\.0\.0\.0 is beyond loopback and there is no token; /,
      ),
      expect.stringMatching(/policy\.yaml:\d+:\d+: clusters\[0\]\.backends\[0\]\.min: 12 is more than max/),
    ]);
  });
});

describe('SIGTERM in mid-migration', () => {
  it('leaves the operation open with the outcome of every statement, and the next start ends it', async () => {
    const stage = await setStage({
      history: () => 160,
      load: 150,
      clusters: (parts) => cluster(parts, { windows: OPEN, group: `min: 3, max: 6, signals: [${QUERIES}], ${EAGER}` }),
    });
    try {
      const first = stage.run();
      const isDraining = async (): Promise<boolean> =>
        (await stage.operations())[0]?.steps.some(({ key }) => key === '0.drain') === true;
      await stage.until('the drain is under way', first, isDraining);
      expect(await first.stop()).toBe(0);
      const [open] = await stage.operations();
      expect(open).toMatchObject({ kind: 'remove-backend', state: 'running' });
      // What stays an intent lasts as long as the drain itself: the settings to be put back, and the drain.
      expect(open?.steps.filter(({ state }) => state === 'intent').map(({ key }) => key)).toEqual([
        'all.settings',
        '0.drain',
      ]);
      expect(open?.steps.find(({ key }) => key === '0.decommission')?.state).toBe('done');
      expect(linesOf(first).filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
      const second = stage.run();
      await stage.until('the row is gone', second, () => stage.backends() === 3);
      await stage.until('it succeeded', second, async () => (await stage.operations())[0]?.state === 'succeeded');
      expect((await stage.operations()).filter(({ id }) => id !== open?.id)).toEqual([]);
      expect(stage.changes().filter((text) => text.startsWith('ALTER SYSTEM DECOMMISSION'))).toHaveLength(1);
    } finally {
      await stage.end();
    }
  });
});

describe('a command', () => {
  it('whose output is cut off by a pipe is no failure', async () => {
    policy();
    const root = join(import.meta.dirname, '..', '..');
    const node = join(root, 'node_modules', '.bin', 'node');
    const script = `"${node}" "${join(root, 'src', 'main.ts')}" windows --days 3660 --config "${config}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script], { env: { ...process.env, ...ENV } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
  });
});
