import { afterEach, describe, expect, test } from 'vitest';
import { isChange, mysqlChannel } from '../../../src/doris/mysql-channel.ts';
import type { SqlAnswer } from '../../../src/simulator/cluster.ts';
import { waitFor } from '../../support/wait-for.ts';
import { rows, scriptedFrontend, silence } from './scripted-frontend.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function connected(execute: (text: string) => SqlAnswer, password = 's3cret') {
  const frontend = await scriptedFrontend({ execute });
  const outcomes: string[] = [];
  const channel = mysqlChannel({
    user: 'autoscaler',
    password: { reveal: () => password, source: 'env X' },
    connectTimeoutMs: 2000,
    timer: () => (outcome) => void outcomes.push(outcome),
  });
  stops.push(
    () => frontend.stop(),
    () => channel.close(),
  );
  return {
    frontend,
    channel,
    outcomes,
    ask: (text: string, deadlineMs = 5000) => channel.execute(frontend.endpoint, text, { deadlineMs }),
  };
}

const NOBODY = { host: '127.0.0.1', port: 1 };

describe('answers', () => {
  test('arrive as the texts that were sent, NULL and empty ones apart', async () => {
    const { ask, outcomes } = await connected(() =>
      rows(
        ['Id', 'Name', 'Time'],
        [
          ['4158436484949203203', '数据 "x"', null],
          ['1', '', '0.000 '],
        ],
      ),
    );
    await expect(ask('SHOW BACKENDS')).resolves.toEqual({
      columns: ['Id', 'Name', 'Time'],
      rows: [
        ['4158436484949203203', '数据 "x"', null],
        ['1', '', '0.000 '],
      ],
    });
    expect(outcomes).toEqual(['ok']);
  });

  test('without rows and of changes are empty', async () => {
    const { ask } = await connected((text) => (text.startsWith('SHOW') ? rows(['Key', 'Value'], []) : { kind: 'ok' }));
    await expect(ask('SHOW X')).resolves.toEqual({ columns: ['Key', 'Value'], rows: [] });
    await expect(ask('ALTER SYSTEM ADD BACKEND "10.0.0.5:9050"')).resolves.toEqual({ columns: [], rows: [] });
  });

  test('that are errors get their class by text, and the connection is used again', async () => {
    const { ask, frontend } = await connected((text) =>
      text === 'SHOW FRONTENDS'
        ? rows(['Name'], [['fe']])
        : {
            kind: 'error',
            errno: 1105,
            sqlState: 'HY000',
            message: 'errCode = 2, detailMessage = Same backend already exists[10.0.0.5:9050]',
          },
    );
    await expect(ask('ALTER SYSTEM ADD BACKEND "10.0.0.5:9050"')).rejects.toMatchObject({
      code: 'doris-backend-exists',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: Same backend already exists\[10\.0\.0\.5:9050\]$/) as string,
    });
    await ask('SHOW FRONTENDS');
    expect(frontend.connections().accepted).toBe(1);
  });

  test('of a session all come over one connection', async () => {
    const { channel, frontend } = await connected(() => ({ kind: 'ok' }));
    const sessions = await Promise.all([
      channel.session(frontend.endpoint, { deadlineMs: 5000 }),
      channel.session(frontend.endpoint, { deadlineMs: 5000 }),
    ]);
    for (const session of sessions) {
      await session.execute('SHOW A', { deadlineMs: 5000 });
      await session.execute('SHOW B', { deadlineMs: 5000 });
      session.release();
      session.release();
    }
    expect(frontend.connections().accepted).toBe(2);
  });
});

describe('a statement without an answer', () => {
  test('times out when it reads, and its connection is not used again', async () => {
    const { ask, frontend } = await connected((text) => (text === 'SHOW FRONTENDS' ? silence : rows(['A'], [['1']])));
    await expect(ask('SHOW FRONTENDS', 100)).rejects.toMatchObject({
      code: 'doris-timeout',
      message: expect.stringContaining('0.1 s: SHOW FRONTENDS') as string,
    });
    await expect(ask('SHOW BACKENDS')).resolves.toMatchObject({ rows: [['1']] });
    expect(frontend.connections().accepted).toBe(2);
    await waitFor('the first connection is gone', () => frontend.connections().open === 1);
  });

  test('has an unknown outcome when it changes', async () => {
    const { ask, frontend, outcomes } = await connected(() => silence);
    await expect(ask('ALTER SYSTEM DECOMMISSION BACKEND "10.0.0.5:9050"', 100)).rejects.toMatchObject({
      code: 'doris-outcome-unknown',
    });
    expect(frontend.statements).toHaveLength(1);
    expect(outcomes).toEqual(['error']);
  });

  test('whose connection is lost is unreachable when it reads, unknown when it changes', async () => {
    const { ask } = await connected(() => ({ kind: 'close' }));
    await expect(ask('SHOW BACKENDS')).rejects.toMatchObject({ code: 'doris-unreachable' });
    await expect(ask('CANCEL DECOMMISSION BACKEND "10.0.0.5:9050"')).rejects.toMatchObject({
      code: 'doris-outcome-unknown',
    });
  });
});

describe('a connection', () => {
  test('that is refused is unreachable', async () => {
    const { channel } = await connected(() => ({ kind: 'ok' }));
    await expect(channel.execute(NOBODY, 'SHOW FRONTENDS', { deadlineMs: 5000 })).rejects.toMatchObject({
      code: 'doris-unreachable',
      message: expect.stringContaining('127.0.0.1:1 cannot be reached: connect ECONNREFUSED') as string,
    });
  });

  test('with a wrong password is denied, and the password is in no message', async () => {
    const { ask } = await connected(() => ({ kind: 'ok' }), 'wr0ng');
    const error = await ask('SHOW FRONTENDS').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'doris-access-denied' });
    expect(String(error)).not.toContain('wr0ng');
  });

  test('is made without connection attributes, which an early 2.1 cuts off', async () => {
    const { ask } = await connected(() => rows(['A'], [['1']]));
    await expect(ask('SHOW FRONTENDS')).resolves.toMatchObject({ rows: [['1']] });
  });

  test('that was cut while idle is made anew', async () => {
    const { ask, frontend } = await connected(() => rows(['A'], [['1']]));
    await ask('SHOW FRONTENDS');
    frontend.cut();
    await waitFor('the connection is closed', () => frontend.connections().open === 0);
    await expect(waitFor('an answer', () => ask('SHOW FRONTENDS').catch(() => undefined))).resolves.toMatchObject({
      rows: [['1']],
    });
  });

  test('that waits for an answer does not hold up the end', async () => {
    const { ask, channel, frontend } = await connected(() => silence);
    const waiting = ask('SHOW FRONTENDS', 3000).catch((thrown: unknown) => thrown);
    await waitFor('the statement is there', () => frontend.statements.length === 1);
    await channel.close();
    await waitFor('the connection is closed', () => frontend.connections().open === 0);
    await expect(waiting).resolves.toMatchObject({
      code: expect.stringMatching(/^doris-(timeout|unreachable)$/) as string,
    });
  });

  test('that is not to be had in time is unreachable, since nothing was sent', async () => {
    const { channel, frontend } = await connected(() => silence);
    const held = await Promise.all(
      Array.from({ length: 4 }, () => channel.session(frontend.endpoint, { deadlineMs: 5000 })),
    );
    await expect(
      channel.execute(frontend.endpoint, 'ALTER SYSTEM ADD BACKEND "10.0.0.5:9050"', { deadlineMs: 100 }),
    ).rejects.toMatchObject({ code: 'doris-unreachable' });
    expect(frontend.statements).toEqual([]);
    for (const session of held) session.release();
  });
});

test.each([
  ['SHOW FRONTENDS', false],
  ['  show proc "/backends"', false],
  ["ADMIN SHOW FRONTEND CONFIG LIKE 'x'", false],
  ['SELECT 1', false],
  ['ADMIN SET FRONTEND CONFIG ("x" = "1")', true],
  ['ALTER SYSTEM ADD BACKEND "10.0.0.5:9050"', true],
  ['CANCEL DECOMMISSION BACKEND "10.0.0.5:9050"', true],
  ['SHOWER', true],
])('%s changes something: %s', (text, change) => {
  expect(isChange(text)).toBe(change);
});
