import { describe, expect, it } from 'vitest';
import type { Secret } from '../../../src/domain/policy.ts';
import { testApp } from './app.ts';

const secret = (value: string): Secret => ({ reveal: () => value, source: 'env T' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token', () => {
  const access = () => ({ token: secret('read-me'), changeToken: secret('change-me') });

  it.each([
    ['is needed', {}, 401],
    ['must be the right one', bearer('read-mee'), 401],
    ['is compared as a whole', bearer('read'), 401],
    ['comes as Bearer', { authorization: 'Basic read-me' }, 401],
    ['is not empty', bearer(''), 401],
    ['opens the API', bearer('read-me'), 200],
    ['is told by its scheme in any case', { authorization: 'bearer read-me' }, 200],
    ['for changes opens reads too', bearer('change-me'), 200],
  ] as const)('%s', async (_case, headers, status) => {
    expect((await testApp({}, access).get('/api/v1/clusters', headers)).status).toBe(status);
  });

  it('is asked for in the one shape of errors', async () => {
    const { app } = testApp({}, access);
    const reply = await app.inject('/api/v1/operations/OP1');
    expect(reply.headers['www-authenticate']).toBe('Bearer');
    expect(reply.json()).toEqual({
      error: {
        code: 'unauthorized',
        message: 'this call needs a token',
        hint: 'send Authorization: Bearer <server.token>',
      },
    });
  });

  it.each(['/healthz', '/readyz', '/metrics'])('is not needed for %s', async (url) => {
    expect((await testApp({}, access).get(url)).status).toBe(200);
  });

  it('is needed for what is not there too: nobody learns the names of clusters', async () => {
    expect((await testApp({}, access).get('/api/v1/clusters/other')).status).toBe(401);
  });

  it('is the one in force: a reload changes it', async () => {
    let token: Secret | undefined = secret('old-token');
    const { get } = testApp({}, () => ({ token, changeToken: undefined }));
    expect((await get('/api/v1/clusters', bearer('old-token'))).status).toBe(200);
    token = secret('new-token');
    expect((await get('/api/v1/clusters', bearer('old-token'))).status).toBe(401);
    expect((await get('/api/v1/clusters', bearer('new-token'))).status).toBe(200);
    token = undefined;
    expect((await get('/api/v1/clusters')).status).toBe(200);
  });
});
