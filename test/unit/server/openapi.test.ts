import { describe, expect, it } from 'vitest';
import { OPERATIONS, ORDERS } from '../../../src/server/openapi.ts';
import { testApp } from './app.ts';

/** `/api/v1/clusters/:name` of every GET or POST, from the lines of fastify's own tree of routes. */
async function routes(method: 'GET' | 'POST'): Promise<readonly string[]> {
  const { app } = testApp();
  await app.ready();
  const stack: string[] = [];
  const found: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const node = /^(?<indent>[│ ]*)[├└]── (?<part>\S*)(?: \((?<methods>[A-Z, ]+)\))?/.exec(line)?.groups;
    if (node === undefined) continue;
    const depth = (node['indent'] ?? '').length / 4;
    stack.splice(depth, Infinity, node['part'] ?? '');
    if (node['methods']?.includes(method) === true) found.push(stack.join(''));
  }
  return found;
}

describe('the description of the API', () => {
  const described = OPERATIONS.map(([path]) => path);
  const orders = ORDERS.map(([path]) => path);

  it('has every route that exists, and no other', async () => {
    const existing = async (method: 'GET' | 'POST') =>
      (await routes(method)).map((route) => route.replaceAll(/:(\w+)/g, '{$1}')).toSorted();
    expect((await existing('GET')).length).toBeGreaterThan(10);
    expect(await existing('GET')).toEqual(described.toSorted());
    expect(await existing('POST')).toEqual(orders.toSorted());
  });

  it('is served, and names its version and the shape of errors', async () => {
    const { body } = await testApp().get('/api/v1/openapi.json');
    expect(body).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'doris-autoscaler', version: '1.2.3' },
      components: { schemas: { Error: { required: ['error'] } } },
    });
    expect(Object.keys((body as { paths: object }).paths)).toEqual([...described, ...orders]);
  });

  it('describes each parameter of a path', () => {
    for (const [path, , parameters] of [...OPERATIONS, ...ORDERS]) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (parameters as readonly { name: string; in: string }[]).filter((each) => each.in === 'path');
      expect([path, inPath.map(({ name }) => name)]).toEqual([path, names]);
    }
  });
});
