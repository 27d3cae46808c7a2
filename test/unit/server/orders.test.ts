import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Secret } from '../../../src/domain/policy.ts';
import type { Order } from '../../../src/server/source.ts';
import { testApp } from './app.ts';

const PAUSE = '/api/v1/clusters/analytics/pause';
const APPROVE = '/api/v1/operations/01JD8/approve';
const secret = (value: string): Secret => ({ reveal: () => value, source: 'env T' });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const reason = 'release tonight';

function errorOf(body: unknown): { readonly code: string; readonly message: string; readonly hint?: string } {
  return (body as { error: { code: string; message: string; hint?: string } }).error;
}

describe('an order', () => {
  it.each<[string, string, object, Order]>([
    [
      'pause',
      PAUSE,
      { reason, for: '2h', direction: 'in' },
      { does: 'pause', cluster: 'analytics', for: '2h', direction: 'in', reason },
    ],
    [
      'pause of both directions until resumed',
      PAUSE,
      { reason },
      { does: 'pause', cluster: 'analytics', for: undefined, direction: 'both', reason },
    ],
    [
      'resume',
      '/api/v1/clusters/analytics/resume',
      { reason, direction: 'out' },
      { does: 'resume', cluster: 'analytics', direction: 'out', reason },
    ],
    ['approve', APPROVE, { reason: ' fine ' }, { does: 'approve', id: '01JD8', reason: 'fine' }],
    ['cancel', '/api/v1/operations/01JD8/cancel', { reason }, { does: 'cancel', id: '01JD8', reason }],
  ])('%s is placed as it was sent, with who sent it', async (_name, url, body, order) => {
    const asked: object[] = [];
    const { post } = testApp({
      order: async (given, from) => {
        asked.push({ given, from });
        return { outcome: { ok: true, done: { cluster: 'analytics' } }, repeated: false };
      },
    });
    const reply = await post(url, body, { 'idempotency-key': 'k-1' });
    expect(reply).toMatchObject({ status: 200, body: { ok: true, cluster: 'analytics' } });
    expect(reply.headers['idempotency-replayed']).toBeUndefined();
    expect(asked).toEqual([{ given: order, from: { by: 'api, no token, 127.0.0.1', key: 'k-1' } }]);
  });

  it.each([
    ['bad-input', 400],
    ['not-found', 404],
    ['nothing-to-change', 409],
  ] as const)('that is refused as %s answers %i in the one shape of errors', async (code, status) => {
    const error = { code, message: 'why', hint: 'what next' };
    const { post } = testApp({ order: async () => ({ outcome: { ok: false, error }, repeated: false }) });
    expect(await post(APPROVE, { reason })).toMatchObject({ status, body: { error } });
  });

  it('that is repeated says so', async () => {
    const { post } = testApp({
      order: async () => ({ outcome: { ok: true, done: { id: 'A' } }, repeated: true }),
    });
    const reply = await post(APPROVE, { reason }, { 'idempotency-key': 'k' });
    expect(reply.body).toEqual({ ok: true, id: 'A' });
    expect(reply.headers['idempotency-replayed']).toBe('true');
  });

  it('under a key of another order is refused with 422', async () => {
    const { post } = testApp({ order: async () => undefined });
    const reply = await post(APPROVE, { reason }, { 'idempotency-key': 'k' });
    expect(reply.status).toBe(422);
    expect(errorOf(reply.body)).toEqual({
      code: 'bad-input',
      message: 'Idempotency-Key k was used for another order',
      hint: 'send a new key with a new order',
    });
  });
});

describe('what is wrong with an order is said with its mend, and nothing is placed', () => {
  const json = { 'content-type': 'application/json' };
  it.each<[string, string | object | undefined, Readonly<Record<string, string>>, number, string]>([
    ['no body', undefined, {}, 400, 'send a JSON object such as {"reason": "release tonight"}'],
    ['a list', '[]', json, 400, 'send a JSON object'],
    ['null', 'null', json, 400, 'send a JSON object'],
    ['no JSON', '{"reason"', json, 400, 'JSON'],
    [
      'text, as a page in a browser may send it',
      '{"reason":"x"}',
      { 'content-type': 'text/plain' },
      415,
      'Content-Type: application/json',
    ],
    ['no reason', {}, {}, 400, 'reason is a text of 1 to 500 characters that says why'],
    ['an empty reason', { reason: '  ' }, {}, 400, 'reason is a text of 1 to 500'],
    ['a reason that is no text', { reason: 7 }, {}, 400, 'reason is a text'],
    ['a long reason', { reason: 'x'.repeat(501) }, {}, 400, 'reason is a text of 1 to 500'],
    ['an unknown key', { reason, force: true }, {}, 400, 'force is unknown here; known are reason, for, direction'],
    ['a direction', { reason, direction: 'up' }, {}, 400, 'direction is in or out; both without it'],
    ['a length that is no text', { reason, for: 3600 }, {}, 400, 'for is a text'],
    ['an empty key', { reason }, { 'idempotency-key': '' }, 400, 'Idempotency-Key is 1 to 200 visible ASCII'],
    ['a long key', { reason }, { 'idempotency-key': 'k'.repeat(201) }, 400, 'Idempotency-Key is 1 to 200'],
    ['a body of 100 KiB', { reason: 'x'.repeat(100_000) }, {}, 413, ''],
  ])('%s', async (_case, body, headers, status, message) => {
    const { post } = testApp({ order: () => Promise.reject(new Error('nothing is placed')) });
    const reply = await post(PAUSE, body, headers);
    expect(reply.status).toBe(status);
    expect(errorOf(reply.body)).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    });
  });

  it('`for` belongs to a pause', async () => {
    const reply = await testApp().post(APPROVE, { reason, for: '2h' });
    expect(errorOf(reply.body).message).toBe('for is unknown here; known are reason');
  });

  it('any JSON value is placed or refused, never a failure of the server', async () => {
    const { post, errors } = testApp();
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(PAUSE, APPROVE), async (payload, url) => {
        expect([200, 400]).toContain((await post(url, payload, json)).status);
      }),
      { numRuns: 200 },
    );
    expect(errors).toEqual([]);
  });
});

describe('a token for changes', () => {
  const both = () => ({ token: secret('read-me'), changeToken: secret('change-me') });
  const one = () => ({ token: secret('read-me'), changeToken: undefined });

  it.each([
    ['nobody may change without a token', both, {}, 401],
    ['nor with a wrong one', both, bearer('guess'), 401],
    ['the one for reading does not change', both, bearer('read-me'), 403],
    ['the one for changes does', both, bearer('change-me'), 200],
    ['a single one serves both', one, bearer('read-me'), 200],
    ['a single one is needed', one, {}, 401],
  ] as const)('%s', async (_case, access, headers, status) => {
    expect((await testApp({}, access).post(APPROVE, { reason }, headers)).status).toBe(status);
  });

  it('is named to whoever sent the other one', async () => {
    const { body } = await testApp({}, both).post(APPROVE, { reason }, bearer('read-me'));
    expect(errorOf(body)).toEqual({
      code: 'unauthorized',
      message: 'this token only reads',
      hint: 'send Authorization: Bearer <server.changeToken>',
    });
  });

  it.each([
    ['changeToken', both, 'change-me', 'api, server.changeToken, 127.0.0.1'],
    ['token', one, 'read-me', 'api, server.token, 127.0.0.1'],
  ] as const)('who ordered it is server.%s, and never its value', async (_case, access, token, by) => {
    const { body } = await testApp({}, access).post(APPROVE, { reason }, bearer(token));
    expect(body).toMatchObject({ from: { by } });
  });
});
