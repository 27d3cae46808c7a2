import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { secretsOf } from '../../../src/app/service/secrets-of.ts';
import type { LogOptions } from '../../../src/logging/pino-log.ts';
import { pinoLog } from '../../../src/logging/pino-log.ts';
import { policyWith, read } from '../config/read.ts';

async function logging(options: Partial<LogOptions> = {}) {
  let text = '';
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const log = await pinoLog({ level: 'info', pretty: false, destination, ...options });
  return { log, text: () => text, lines: () => text.trimEnd().split('\n').filter(Boolean).map(parse) };
}

const parse = (line: string) => JSON.parse(line) as Record<string, unknown>;

describe('JSON lines', () => {
  it('have level, RFC 3339 time, the fields as given and the message, and no pid or host', async () => {
    const { log, lines } = await logging();
    log.info('analytics   be/default 9 -> 8: scale-in', { cluster: 'analytics', current: 9, desired: 8 });
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
        cluster: 'analytics',
        current: 9,
        desired: 8,
        msg: 'analytics   be/default 9 -> 8: scale-in',
      },
    ]);
  });

  it('show an error as its message and stack', async () => {
    const { log, lines } = await logging();
    log.error('evaluation broke off', { error: new TypeError('no such thing') });
    expect(lines()[0]).toMatchObject({ level: 'error', err: { type: 'TypeError', message: 'no such thing' } });
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('of level %s and above alone', async (level, shown) => {
    const { log, lines } = await logging({ level });
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('line');
    expect(lines().map((line) => line['level'])).toEqual(shown);
  });
});

describe('lines for a terminal', () => {
  it('have no colour unless it is asked for', async () => {
    const plain = await logging({ pretty: true });
    plain.log.info('running', { address: 'http://127.0.0.1:8088' });
    await vi.waitFor(() => expect(plain.text()).toMatch(/\n$/));
    expect(plain.text()).toMatch(/INFO: running\n {4}address: "http:\/\/127\.0\.0\.1:8088"/);
    const coloured = await logging({ pretty: true, colour: true });
    coloured.log.info('running');
    await vi.waitFor(() => expect(coloured.text()).toContain('\u001b[32mINFO'));
  });
});

describe('every secret of a policy', () => {
  const loaded = read(
    {
      'policy.yaml': policyWith({
        'server:':
          'server: { listen: "127.0.0.1:8088", token: { env: READ_TOKEN }, changeToken: { file: /run/change } }',
        'user:': '    user: autoscaler\n    password: { env: DORIS_PASSWORD }',
        'url:': '      url: http://prometheus:9090\n      auth: { user: reader, password: { env: BASIC } }',
        'frontend:': `    frontend: { followers: 3 }
  - name: other
    endpoints: ["fe9:9030"]
    user: autoscaler
    password: { file: /run/other }
    prometheus: { url: "http://prometheus:9090", auth: { bearer: { env: BEARER } } }
    windows: { timezone: UTC, always: true }
    backends: [{ min: 3, max: 9, signals: [{ signal: be_cpu, target: 60% }] }]`,
      }),
      '/run/change': 'change-token-value\n',
      '/run/other': 'pässword with "quotes" & %',
    },
    {
      READ_TOKEN: 'read-token-value',
      DORIS_PASSWORD: 'doris-pass-value',
      BASIC: 'basic-value',
      BEARER: 'bearer-value',
    },
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const { policy } = loaded;
  const secrets = secretsOf(policy);

  it('is found, wherever it stands', () => {
    expect(secrets.toSorted()).toEqual([
      'basic-value',
      'bearer-value',
      'change-token-value',
      'doris-pass-value',
      'pässword with "quotes" & %',
      'read-token-value',
    ]);
  });

  it.each(secrets)('%s turns up in no line, however it is logged', async (secret) => {
    for (const pretty of [false, true]) {
      const { log, text } = await logging({ level: 'debug', pretty });
      log.hide(secrets);
      log.info(`message ${secret}`, {
        policy,
        field: secret,
        list: [secret],
        nested: { deep: { deeper: `a ${secret} b` } },
      });
      log.warn('with an error', { error: new Error(`refused ${secret}`, { cause: new Error(secret) }) });
      log.error(`http://u:${encodeURIComponent(secret)}@h/`, { url: `http://u:${encodeURIComponent(secret)}@h/` });
      log.debug('as a field of its name', { password: secret, token: secret, bearer: secret, authorization: secret });
      log.error('the last line');
      await vi.waitFor(() => expect(text()).toContain('the last line'));
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
        expect(text()).not.toContain(form);
      expect(text()).toContain('[redacted]');
    }
  });
});
