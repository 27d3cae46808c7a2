import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import { prometheusClient } from '../../../src/prometheus/query/client.ts';
import type { PrometheusClient } from '../../../src/prometheus/query/client.ts';
import { PrometheusError } from '../../../src/prometheus/query/errors.ts';
import { clusterPolicy } from '../../support/decision-input.ts';
import { scriptedServer } from './scripted-server.ts';
import type { ScriptedServer } from './scripted-server.ts';

const AT = Date.UTC(2026, 2, 10, 2, 0, 0, 250);
const EMPTY = '{"status":"success","data":{"resultType":"vector","result":[]}}';

describe('the client before something that is no Prometheus', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  function clientOf(url: string, parts: Partial<PrometheusPolicy> = {}): PrometheusClient {
    const client = prometheusClient({ ...clusterPolicy().prometheus, url, timeoutMs: 5_000, ...parts }, () => 0);
    cleanups.push(() => client.close());
    return client;
  }

  async function serve(answer: (response: ServerResponse) => void): Promise<ScriptedServer> {
    const server = await scriptedServer(answer);
    cleanups.push(() => server.stop());
    return server;
  }

  async function errorOf(asked: Promise<unknown>): Promise<PrometheusError> {
    const error: unknown = await asked.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof PrometheusError)) throw new Error(`no PrometheusError: ${String(error)}`);
    return error;
  }

  const json = (status: number, body: string) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };

  it('every query carries its time, to the millisecond, and goes below the path of the URL', async () => {
    const server = await serve(json(200, EMPTY));
    await clientOf(`${server.url}/tenants/7/`).instant('up', AT);
    expect(server.asked).toMatchObject([{ path: '/tenants/7/api/v1/query', authorization: undefined }]);
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toEqual({ query: 'up', time: '1773108000.250' });
  });

  it.each([
    ['a bearer token', { bearer: secret('t0ken') }, 'Bearer t0ken'],
    ['a user and a password', { user: 'autoscaler', password: secret('pa:ss') }, 'Basic YXV0b3NjYWxlcjpwYTpzcw=='],
  ])('sends %s', async (_what, auth, expected) => {
    const server = await serve(json(200, EMPTY));
    await clientOf(server.url, { auth }).instant('up', AT);
    expect(server.asked[0]?.authorization).toBe(expected);
  });

  it.each([
    ['a proxy without a backend', json(502, '<html>Bad Gateway</html>'), 'answers HTTP 502', undefined],
    ['a success that was none', json(500, EMPTY), 'answers HTTP 500', undefined],
    ['a redirection to a login', json(302, ''), 'answers HTTP 302', undefined],
    ['a login page', json(200, '<html>Sign in</html>'), 'no JSON: "<html>Sign in</html>"', undefined],
    [
      'one that asks for a login',
      json(401, 'Unauthorized'),
      'answers HTTP 401',
      'it asks for a login: set prometheus.auth',
    ],
    [
      'an overload',
      json(503, '{"status":"error","errorType":"unavailable","error":"starting"}'),
      'starting',
      undefined,
    ],
    ['a warning', json(200, EMPTY.replace('{', '{"warnings":["a store is away"],')), 'a store is away', undefined],
  ])('%s is an answer that cannot be used', async (_what, answer, message, hint) => {
    const server = await serve(answer);
    const error = await errorOf(clientOf(server.url).instant('up', AT));
    expect(error.code).toBe('prometheus-bad-answer');
    expect(error.message).toContain(message);
    expect(error.hint).toBe(hint);
  });

  it('a refused login names what to check', async () => {
    const server = await serve(json(403, 'Forbidden'));
    const error = await errorOf(clientOf(server.url, { auth: { bearer: secret('x') } }).instant('up', AT));
    expect(error.hint).toBe('check prometheus.auth');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['never answers', () => undefined],
    [
      'answers by drops',
      (response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 20);
        response.once('close', () => {
          clearInterval(drip);
        });
      },
    ],
    ['stops in the middle', (response) => response.writeHead(200).write('{"status":')],
  ])('one that %s is given up at the deadline', async (_what, answer) => {
    const server = await serve(answer);
    const client = clientOf(server.url, { timeoutMs: 300 });
    const range = { from: AT, until: AT, stepMs: 1000, expectedSeries: 1 };
    for (const error of await Promise.all([errorOf(client.instant('up', AT)), errorOf(client.range('up', range))])) {
      expect(error.code).toBe('prometheus-timeout');
      expect(error.message).toContain('did not answer within 0.3 s');
    }
  });

  it('one that is cut off in the middle is unreachable, and so is one that nobody listens for', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"status":"success"', () => response.destroy());
    });
    expect((await errorOf(clientOf(server.url).instant('up', AT))).code).toBe('prometheus-unreachable');
    const port = await freePort();
    const refused = await errorOf(clientOf(`http://127.0.0.1:${String(port)}`).instant('up', AT));
    expect(refused.code).toBe('prometheus-unreachable');
    expect(refused.message).toContain('ECONNREFUSED');
  });

  it('a name with several addresses of which none answers says why', async () => {
    const port = await freePort();
    const error = await errorOf(clientOf(`http://localhost:${String(port)}`).instant('up', AT));
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('one reset connection is one lost answer: the next query is answered', async () => {
    let count = 0;
    const server = await serve((response) => {
      count += 1;
      if (count === 1) response.socket?.resetAndDestroy();
      else json(200, EMPTY)(response);
    });
    const client = clientOf(server.url);
    expect((await errorOf(client.instant('up', AT))).code).toBe('prometheus-unreachable');
    expect(await client.instant('up', AT)).toEqual([]);
  });

  it('closing gives up what is under way', async () => {
    let reached: (() => void) | undefined;
    const under = new Promise<void>((resolve) => (reached = resolve));
    const server = await serve(() => reached?.());
    const client = clientOf(server.url);
    const asked = errorOf(client.instant('up', AT));
    await under;
    await client.close();
    expect((await asked).code).toBe('prometheus-unreachable');
  });
});

function secret(value: string): { readonly reveal: () => string; readonly source: string } {
  return { reveal: () => value, source: 'env TEST' };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
