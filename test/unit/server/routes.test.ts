import { describe, expect, it } from 'vitest';
import { testApp } from './app.ts';

const API = '/api/v1/clusters/analytics';

describe('a read', () => {
  it.each([
    ['/api/v1/clusters', { revision: '4f2c91', clusters: [{ name: 'analytics' }] }],
    [API, { name: 'analytics' }],
    [`${API}/plan`, { name: 'analytics', steps: [] }],
    [`${API}/windows`, { name: 'analytics', asked: { days: 30 } }],
    [
      `${API}/windows?days=7&from=2026-12-01T00:00:00Z`,
      { name: 'analytics', asked: { from: Date.UTC(2026, 11, 1), days: 7 } },
    ],
    [`${API}/operations?limit=3`, { operations: [], asked: { cluster: 'analytics', limit: 3 } }],
    [`${API}/decisions`, { decisions: [], asked: { name: 'analytics', limit: 50 } }],
    [`${API}/decisions?before=R5&limit=500`, { decisions: [], asked: { name: 'analytics', before: 'R5', limit: 500 } }],
    [`${API}/decisions/latest`, { id: 'R9' }],
    [`${API}/decisions/R1`, { id: 'R1' }],
    ['/api/v1/operations/OP1', { id: 'OP1' }],
    ['/healthz', { ok: true }],
    ['/readyz', { ready: true, reasons: [] }],
  ])('of %s answers the body of the source', async (url, body) => {
    expect(await testApp().get(url)).toEqual({ status: 200, body });
  });

  it('of the metrics has their content type', async () => {
    const { headers, body } = await testApp().app.inject('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4');
    expect(body).toBe('# EOF\n');
  });
});

describe('readiness', () => {
  it('is 503 with every reason while the daemon is not ready', async () => {
    const reasons = ['the store cannot be written', 'analytics was not evaluated for 200 s'];
    const { get } = testApp({ readiness: async () => ({ ready: false, reasons }) });
    expect(await get('/readyz')).toEqual({ status: 503, body: { ready: false, reasons } });
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('what is not there', () => {
  it.each([
    ['/api/v1/clusters/other', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/plan', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/windows', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/operations', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/decisions', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/decisions/latest', 'there is no cluster other', 'clusters: analytics'],
    ['/api/v1/clusters/other/decisions/R1', 'there is no cluster other', 'clusters: analytics'],
    [
      `${API}/decisions/R2`,
      'there is no decision R2 of analytics',
      'GET /api/v1/clusters/analytics/decisions lists the newest',
    ],
    ['/api/v1/operations/OP2', 'there is no operation OP2', 'GET /api/v1/clusters/:name/operations lists the newest'],
    ['/api/v2', 'nothing is at GET /api/v2', 'GET /api/v1/openapi.json lists what is'],
  ])('%s answers 404 and says what is', async (url, message, hint) => {
    expect(await testApp().get(url)).toEqual({ status: 404, body: { error: { code: 'not-found', message, hint } } });
  });

  it('a decision before the first evaluation', async () => {
    const { get } = testApp({ latestDecision: async () => undefined });
    expect((await get(`${API}/decisions/latest`)).status).toBe(404);
  });
});

describe('a wrong value answers 400 and says what is right', () => {
  it.each([
    ['windows?days=0', 'days is a whole number from 1 to 400'],
    ['windows?days=401', 'days is a whole number from 1 to 400'],
    ['windows?days=1e2', 'days is a whole number from 1 to 400'],
    ['windows?from=tomorrow', 'from is an instant such as 2026-12-01T00:00:00Z'],
    ['operations?limit=0', 'limit is a whole number from 1 to 500'],
    ['decisions?limit=501', 'limit is a whole number from 1 to 500'],
    ['decisions?limit=', 'limit is a whole number from 1 to 500'],
    ['decisions?limit=1&limit=2', 'limit is given twice'],
    ['decisions?before=a&before=b', 'before is given twice'],
  ])('%s', async (path, message) => {
    expect(await testApp().get(`${API}/${path}`)).toEqual({
      status: 400,
      body: { error: { code: 'bad-input', message } },
    });
  });
});

describe('a failure of ours', () => {
  it('answers 500 in the same shape and is logged with its place', async () => {
    const { get, errors } = testApp({ clusters: () => Promise.reject(new Error('disk is gone')) });
    expect(await get('/api/v1/clusters')).toEqual({
      status: 500,
      body: { error: { code: 'internal', message: 'disk is gone' } },
    });
    expect(errors).toMatchObject([{ method: 'GET', url: '/api/v1/clusters', error: { message: 'disk is gone' } }]);
  });
});
