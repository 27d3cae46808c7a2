import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService } from '../../../src/app/service/service.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { openStore } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/time/system-clock.ts';
import { changingStatements, startTestSimulator } from '../../support/simulator.ts';
import { serviceStage } from './service-stage.ts';
import type { ServiceStage } from './service-stage.ts';

let simulator: SimulatorHandle;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(async () => {
  await simulator.stop();
});

let stage: ServiceStage;
beforeEach(() => {
  stage = serviceStage(simulator.description);
});
afterEach(async () => {
  await stage.end();
});

const GROUP = 'cluster="analytics",role="backend",group="default"';

describe('the daemon', () => {
  it('is ready from the start, evaluates at once, and shows it by API, metrics and log', async () => {
    stage.policy({ interval: '1h' });
    const { get, series, until, lines } = await stage.start();
    expect(await get('/healthz')).toEqual({ status: 200, body: { ok: true } });
    expect(await get('/readyz')).toEqual({ status: 200, body: { ready: true, reasons: [] } });
    const decision = await until('a decision is recorded', async () => {
      const { status, body } = await get('/api/v1/clusters/analytics/decisions/latest');
      return status === 200 ? (body as { id: string; policyRevision: string; groups: unknown[] }) : undefined;
    });
    const { body } = (await get('/api/v1/clusters')) as { body: { revision: string; clusters: object[] } };
    expect(body.revision).toBe(decision.policyRevision);
    expect(body.clusters).toMatchObject([
      { name: 'analytics', mode: 'act', forcedObserve: null, leader: true, lastDecision: { id: decision.id } },
    ]);
    expect(await get(`/api/v1/clusters/analytics/decisions/${decision.id}`)).toEqual({ status: 200, body: decision });
    const now = await series();
    expect(now.get('evaluations_total{cluster="analytics",result="ok"}')).toBe(1);
    expect(now.get(`nodes{${GROUP},state="alive"}`)).toBe(4);
    expect(now.get(`config_info{revision="${body.revision}"}`)).toBe(1);
    expect(now.get('leader{cluster="analytics"}')).toBe(1);
    expect(now.get('doris_query_duration_seconds_count{cluster="analytics",outcome="ok"}')).toBeGreaterThan(0);
    expect(now.get('prometheus_query_duration_seconds_count{cluster="analytics",outcome="ok"}')).toBeGreaterThan(0);
    expect(lines().filter((line) => line['recordId'] === decision.id && line['level'] === 'info')).toHaveLength(1);
    expect(changingStatements(simulator)).toEqual([]);
  });

  it('answers each read of the API in the shape of the command', async () => {
    stage.policy();
    const { get, until } = await stage.start();
    await until('a decision', async () => (await get('/api/v1/clusters/analytics/decisions/latest')).status === 200);
    const shape = async (path: string): Promise<readonly string[]> => {
      const { status, body } = await get(`/api/v1/clusters/analytics${path}`);
      expect([path, status]).toEqual([path, 200]);
      return Object.keys(body as object);
    };
    expect(await shape('/plan')).toEqual(['at', 'name', 'mode', 'groups', 'steps', 'calendar']);
    expect(await shape('/windows?days=400')).toEqual(['name', 'timezone', 'windows', 'denied']);
    expect(await shape('/operations')).toEqual(['operations']);
    expect(await shape('/decisions?limit=1')).toEqual(['decisions']);
  });

  it('that stops is gone from its port, leaves its store and logs both ends', async () => {
    stage.policy();
    const { service, get, until, lines } = await stage.start();
    await until('a decision', async () => (await get('/api/v1/clusters/analytics/decisions/latest')).status === 200);
    await service.stop();
    await expect(get('/healthz')).rejects.toThrow();
    expect(lines().map((line) => line['msg'])).toEqual(expect.arrayContaining(['running', 'stopping', 'stopped']));
    expect(lines().filter((line) => line['level'] === 'warn' || line['level'] === 'error')).toEqual([]);
    const store = await openStore(`${stage.folder}/autoscaler.db`, { lock: true });
    await store.close();
  });

  it('is not ready while its store cannot be written, and lives on', async () => {
    stage.policy();
    const { get, until } = await stage.start();
    await until('a decision', async () => (await get('/api/v1/clusters/analytics/decisions/latest')).status === 200);
    // Whoever holds the write lock of SQLite keeps everybody else from writing.
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(`${stage.folder}/autoscaler.db`);
    other.exec('BEGIN IMMEDIATE');
    const refused = await until('503', async () => {
      const reply = await get('/readyz');
      return reply.status === 503 ? reply.body : undefined;
    });
    expect(refused).toMatchObject({ ready: false, reasons: ['the store cannot be written'] });
    expect((await get('/healthz')).status).toBe(200);
    other.exec('ROLLBACK');
    other.close();
    await until('200 again', async () => (await get('/readyz')).status === 200);
  });
});

describe('a reload', () => {
  it('by a changed file takes over what changed, and its revision', async () => {
    stage.policy();
    const { get, series, until, lines } = await stage.start();
    const revision = async (): Promise<string> =>
      ((await get('/api/v1/clusters')).body as { revision: string }).revision;
    const first = await revision();
    stage.policy({ min: 4 });
    await until('the new bound', async () => (await series()).get(`min_nodes{${GROUP}}`) === 4);
    const second = await revision();
    expect(second).not.toBe(first);
    const now = await series();
    expect(now.get(`config_info{revision="${second}"}`)).toBe(1);
    expect(now.has(`config_info{revision="${first}"}`)).toBe(false);
    expect(now.get('config_reloads_total{result="accepted"}')).toBe(1);
    expect(lines().find((line) => line['msg'] === 'configuration in force')).toMatchObject({
      cause: 'file',
      revision: second,
      restarted: ['analytics'],
    });
  });

  it('of a wrong file keeps the last good one and names every problem; a right one ends that', async () => {
    stage.policy();
    const { get, series, until, lines, service } = await stage.start();
    const before = ((await get('/api/v1/clusters')).body as { revision: string }).revision;
    stage.policy({ min: 12, windows: '{ timezone: Asia/Shangai, always: true }' });
    service.reload('SIGHUP');
    await until('the refusal', async () => (await series()).get('config_last_reload_successful') === 0);
    const refusal = lines().find((line) => String(line['msg']).startsWith('configuration refused'));
    expect(refusal?.['problems']).toHaveLength(2);
    expect(refusal?.['revision']).toBe(before);
    expect(((await get('/api/v1/clusters')).body as { revision: string }).revision).toBe(before);
    expect((await get('/readyz')).status).toBe(200);
    expect((await series()).get(`min_nodes{${GROUP}}`)).toBe(3);
    stage.policy();
    await until('good again', async () => (await series()).get('config_last_reload_successful') === 1);
  });

  it('that deletes the file keeps the last good one, and sees it come back', async () => {
    stage.policy();
    const { series, until } = await stage.start();
    rmSync(stage.config);
    await until('the refusal', async () => (await series()).get('config_last_reload_successful') === 0);
    stage.policy({ min: 4 });
    await until('the new bound', async () => (await series()).get(`min_nodes{${GROUP}}`) === 4);
  });

  it('removes a cluster with every series of it, and leaves the others running', async () => {
    stage.policy({ clusters: ['analytics', 'leaving'] });
    const { get, series, until, lines } = await stage.start();
    const evaluations = async (name: string): Promise<number> =>
      (await series()).get(`evaluations_total{cluster="${name}",result="ok"}`) ?? 0;
    await until(
      'both are evaluated',
      async () => (await evaluations('leaving')) > 0 && (await evaluations('analytics')) > 0,
    );
    stage.policy({ clusters: ['analytics'] });
    await until('it is gone', async () => (await get('/api/v1/clusters/leaving')).status === 404);
    await until('its series too', async () => [...(await series()).keys()].every((name) => !name.includes('leaving')));
    expect(lines().find((line) => line['msg'] === 'configuration in force')?.['restarted']).toEqual([]);
    const before = await evaluations('analytics');
    expect(before).toBeGreaterThan(0);
    await until('the other goes on', async () => (await evaluations('analytics')) > before);
  });

  it('takes over a token from its file, without a restart', async () => {
    stage.policy({ server: `{ listen: "127.0.0.1:0", token: { file: ${stage.folder}/token } }` });
    const { get, until } = await stage.start();
    expect((await get('/api/v1/clusters')).status).toBe(401);
    expect((await get('/api/v1/clusters', 'first-token')).status).toBe(200);
    stage.secret('token', 'second-token');
    await until('the new token', async () => (await get('/api/v1/clusters', 'second-token')).status === 200);
    expect((await get('/api/v1/clusters', 'first-token')).status).toBe(401);
  });

  it('says what only a restart takes over', async () => {
    stage.policy();
    const { until, lines, get } = await stage.start();
    stage.policy({ server: '{ listen: "127.0.0.1:8089" }' });
    const warning = await until('the warning', () =>
      lines().find((line) => line['msg'] === 'taken over only by a restart'),
    );
    expect(warning['keys']).toEqual(['server.listen']);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('a cluster whose checks fail', () => {
  const cluster = async (get: (path: string) => Promise<{ readonly body: unknown }>) =>
    (await get('/api/v1/clusters/analytics')).body as { forcedObserve: string | null; lastDecision: unknown };

  it('is only observed with the check as the reason, and acts once a secret is mended', async () => {
    stage.secret('password', 'wrong-password');
    stage.policy({ windows: '{ timezone: UTC, always: true }' });
    const { get, until, lines, log } = await stage.start();
    const observed = await until('an observed decision', async () => {
      const found = await cluster(get);
      return found.lastDecision === null ? undefined : found;
    });
    expect(observed.forcedObserve).toMatch(/Access denied for user 'autoscaler/);
    const record = (await get('/api/v1/clusters/analytics/decisions/latest')).body as {
      mode: string;
      guards: object[];
    };
    expect(record.mode).toBe('observe');
    expect(record.guards).toContainEqual(expect.objectContaining({ code: 'mode-observe', verdict: 'hold' }));
    expect((await get('/readyz')).status).toBe(200);
    expect(lines().filter((line) => line['msg'] === 'a check failed: the cluster is only observed')).toHaveLength(1);
    stage.secret('password', 'autoscaler');
    await until('it acts', async () => (await cluster(get)).forcedObserve === null);
    expect(log()).not.toContain('wrong-password');
  });

  it('for an account without NODE_PRIV is only observed, alone', async () => {
    stage.secret('password', 'adm');
    stage.policy({ user: 'adm', clusters: ['analytics', 'other'] });
    const { get, until } = await stage.start();
    const reason = await until('the reason', async () => {
      const { forcedObserve } = await cluster(get);
      return forcedObserve?.includes('NODE_PRIV') === true ? forcedObserve : undefined;
    });
    expect(reason).toMatch(/^privileges: cannot act: 'adm'@'%' lacks NODE_PRIV$/);
    expect((await get('/api/v1/clusters/other')).body).toMatchObject({ forcedObserve: null });
  });

  it('for a group that the cluster does not have is only observed', async () => {
    stage.policy({ groupName: 'reports' });
    const { get, until } = await stage.start();
    const reason = await until('the reason', async () => {
      const { forcedObserve } = await cluster(get);
      return forcedObserve?.includes('reports') === true ? forcedObserve : undefined;
    });
    expect(reason).toBe('be/reports: no backend has the tag reports; there are: default');
  });
});

describe('evaluations of one cluster', () => {
  it('never run two at once: a tick that comes meanwhile is skipped and counted', async () => {
    const running = new Map<string, number>();
    let most = 0;
    const slow = createServer((request, response) => {
      let form = '';
      request.on('data', (chunk: Buffer) => (form += chunk.toString()));
      request.on('end', () => {
        const query = new URLSearchParams(form).get('query') ?? '';
        const now = (running.get(query) ?? 0) + 1;
        running.set(query, now);
        most = Math.max(most, now);
        setTimeout(() => {
          running.set(query, (running.get(query) ?? 0) - 1);
          response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
        }, 1_500);
      });
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as AddressInfo;
    try {
      stage.text(stage.policyText().replace(simulator.description.prometheus, `http://127.0.0.1:${String(port)}`));
      const { series, until } = await stage.start();
      await until('ticks were skipped and evaluations made', async () => {
        const now = await series();
        const made = now.get('evaluations_total{cluster="analytics",result="ok"}') ?? 0;
        return made >= 2 && (now.get('ticks_skipped_total{cluster="analytics"}') ?? 0) >= 2;
      });
      expect(most).toBe(1);
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });
});

describe('a start that fails', () => {
  const start = async () =>
    await startService({
      configPath: stage.config,
      env: {},
      clock: systemClock(),
      version: '1.2.3',
      log: { level: 'error', pretty: false },
    });

  it('for a wrong policy names every problem and opens nothing', async () => {
    stage.policy({ min: 12 });
    const started = await start();
    expect(started).toMatchObject({ ok: false, error: { code: 'config-invalid' } });
    expect(existsSync(`${stage.folder}/autoscaler.db`)).toBe(false);
  });

  it('beyond loopback without a token is refused', async () => {
    stage.policy({ server: '{ listen: "0.0.0.0:0" }' });
    expect(await start()).toMatchObject({
      ok: false,
      error: { code: 'config-invalid', message: expect.stringContaining('there is no token') as unknown },
    });
  });

  it('beside another daemon on the same store is refused, and leaves that one alone', async () => {
    stage.policy();
    const { get } = await stage.start();
    expect(await start()).toMatchObject({ ok: false, error: { code: 'store-locked' } });
    expect((await get('/readyz')).status).toBe(200);
  });

  it('for a port that is taken gives the store back', async () => {
    stage.policy();
    const { address, service } = await stage.start();
    const port = new URL(address).port;
    const other = serviceStage(simulator.description);
    try {
      other.policy({ server: `{ listen: "127.0.0.1:${port}" }` });
      await expect(other.start()).rejects.toThrow(/^listen-failed: server\.listen cannot be taken: .*EADDRINUSE/);
      await service.stop();
      await other.start();
    } finally {
      await other.end();
    }
  });
});
