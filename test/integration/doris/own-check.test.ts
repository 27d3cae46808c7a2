import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { httpGet, readOwnCheck } from '../../../src/doris/evidence/own-check.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** An FE's REST port; `asked` are the requests that arrived. */
async function restPort(
  answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string } | 'silence',
) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stops.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  );
  const { port } = server.address() as AddressInfo;
  const check = (deadlineMs = 5000) =>
    readOwnCheck({
      http: httpGet,
      host: '127.0.0.1',
      port,
      user: 'autoscaler',
      password: { reveal: () => 's3:cret', source: 'env X' },
      victims: ['10.0.0.5:9050', '[fd00::6]:9050'],
      deadlineMs,
    });
  return { asked, check, port };
}

describe('the dry run over HTTP', () => {
  test('names the victims and carries the account', async () => {
    const { asked, check } = await restPort({ status: 200, body: '{"msg":"success","code":0,"data":[],"count":0}' });
    await expect(check()).resolves.toEqual({ refusal: undefined });
    expect(decodeURIComponent(asked[0]?.url ?? '')).toBe(
      '/api/check_decommission?host_ports=10.0.0.5:9050,[fd00::6]:9050',
    );
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('autoscaler:s3:cret').toString('base64')}`);
  });

  test('does not follow a redirect, whose Location holds the password', async () => {
    const other = await restPort({ status: 200, body: '{"code":0}' });
    const { check } = await restPort({
      status: 307,
      headers: { location: `http://autoscaler:s3cret@127.0.0.1:${String(other.port)}/` },
      body: '',
    });
    await expect(check()).resolves.toBeUndefined();
    expect(other.asked).toEqual([]);
  });

  test('says nothing when no answer comes in time, or no server is there', async () => {
    const { check } = await restPort('silence');
    await expect(check(100)).resolves.toBeUndefined();
    const gone = await restPort({ status: 200, body: '{"code":0}' });
    for (const stop of stops.splice(0)) await stop();
    await expect(gone.check()).resolves.toBeUndefined();
  });

  test.each([
    [{ status: 404, body: '<html>404</html>' }],
    [{ status: 200, body: '{"msg":"Error","code":500,"data":"No static resource","count":0}' }],
    [{ status: 200, body: '{"msg":"Unauthorized","code":401,"data":"Access denied","count":0}' }],
  ])('says nothing for %o', async (answer) => {
    await expect((await restPort(answer)).check()).resolves.toBeUndefined();
  });
});
