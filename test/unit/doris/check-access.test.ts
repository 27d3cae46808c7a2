import { describe, expect, test } from 'vitest';
import { backendsAnswer, table } from '../../support/doris/answers.ts';
import type { Answer } from '../../support/doris/memory-channel.ts';
import { type FakeOptions, THREE, fakeCluster } from './fake-cluster.ts';

const NEWEST_HEARTBEAT_MS = Date.UTC(2026, 10, 23, 1, 35, 57);

function findings(
  options: { readonly switchOn?: string; readonly answer?: (text: string) => Answer | undefined } & Partial<
    Omit<FakeOptions, 'answer'>
  > = {},
) {
  const { switchOn, answer, ...rest } = options;
  return fakeCluster({
    view: THREE,
    ...rest,
    answer: (text) => {
      const own = answer?.(text);
      if (own !== undefined) return own;
      if (text === 'SHOW GRANTS')
        return table([{ UserIdentity: "'autoscaler'@'10.%'", GlobalPrivs: 'Node_priv,Admin_priv' }]);
      if (text === "SHOW PROC '/cluster_balance'") return table([{ Item: 'pending_tablets', Number: '0' }]);
      const key = /^ADMIN SHOW FRONTEND CONFIG LIKE '(.*)'$/.exec(text)?.[1];
      return key === undefined ? undefined : table([{ Key: key, Value: String(key === switchOn) }]);
    },
  }).checkAccess();
}

describe('checks of a cluster', () => {
  test('name each endpoint with its role and version', async () => {
    const found = await findings();
    expect(found.filter((one) => one.level === 'fail')).toEqual([]);
    expect(found.slice(0, 3).map((one) => `${one.level} ${one.subject} ${one.message}`)).toEqual([
      'ok 10.0.0.1:9030 follower, 4.0.1, answers in 0 ms',
      'ok 10.0.0.2:9030 master, 4.0.1, answers in 0 ms',
      'ok 10.0.0.3:9030 follower, 4.0.1, answers in 0 ms',
    ]);
  });

  test('warn of an endpoint that is down while others answer, and fail when none does', async () => {
    const one = await findings({
      down: ['10.0.0.3'],
      view: THREE.map((fe) => ({ ...fe, alive: fe.host !== '10.0.0.3' })),
    });
    expect(one.find(({ subject }) => subject === '10.0.0.3:9030')?.level).toBe('warn');
    expect(one.filter(({ level }) => level === 'fail')).toEqual([]);
    const none = await findings({ down: THREE.map(({ host }) => host) });
    expect(none.map(({ level, mend }) => `${level} ${mend ?? ''}`)).toEqual(
      THREE.map(({ host }) => `fail nc -vz ${host} 9030`),
    );
  });

  test('fail for an endpoint of another cluster, naming both', async () => {
    const found = await findings({
      endpoints: ['10.0.0.1', '10.9.9.9'],
      views: { '10.9.9.9': [{ host: '10.9.9.9', master: true }] },
      clusterIds: { '10.9.9.9': '999' },
      clusterId: '113727546',
    });
    expect(found.find(({ subject }) => subject === '10.9.9.9:9030')).toMatchObject({
      level: 'fail',
      message: expect.stringMatching(/999, not to 113727546/) as string,
    });
  });

  test('fail without a majority', async () => {
    const view = THREE.map((one) => ({ ...one, alive: one.master === true }));
    expect(await findings({ view })).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        subject: 'master',
        message: expect.stringContaining('1 of 3 followers') as string,
      }),
    );
  });

  test('warn of an even number of followers, and of how many more may fail', async () => {
    const four = [...THREE, { host: '10.0.0.4' }];
    const about = async (view: typeof four) =>
      (await findings({ view }))
        .filter(({ subject }) => subject === 'followers')
        .map(({ level, message }) => [level, message]);
    await expect(about(four)).resolves.toEqual([['warn', '4 are an even number: they bear no more failures than 3']]);
    const dead = THREE.map((one) => ({ ...one, alive: one.host !== '10.0.0.3' }));
    await expect(about(dead)).resolves.toEqual([
      ['warn', '10.0.0.3:9010 is not alive: one more failure ends all writes'],
    ]);
    await expect(about([...THREE])).resolves.toEqual([]);
  });

  test('give the GRANT for the account that Doris sees', async () => {
    const found = await findings({
      answer: (text) =>
        text === 'SHOW GRANTS'
          ? table([{ UserIdentity: "'autoscaler'@'10.%'", GlobalPrivs: 'Admin_priv ' }])
          : undefined,
    });
    expect(found).toContainEqual({
      level: 'fail',
      subject: 'privileges',
      message: "cannot act: 'autoscaler'@'10.%' lacks NODE_PRIV",
      mend: "GRANT NODE_PRIV ON *.*.* TO 'autoscaler'@'10.%';",
    });
  });

  test('warn of a switch that would stop a drain, with the statement that mends it', async () => {
    expect(await findings({ switchOn: 'disable_tablet_scheduler' })).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        mend: 'ADMIN SET FRONTEND CONFIG ("disable_tablet_scheduler" = "false");',
      }),
    );
  });

  test.each([
    ['doris-1.2.8-x', 'fail'],
    ['doris-2.1.0-rc01-x', 'warn'],
    ['doris-2.1.7-rc03-443e87e203', 'ok'],
    ['doris-0.0.0-trunk-d61813f873', 'ok'],
  ])('judge the version %s: %s', async (version, level) => {
    const found = await findings({ view: THREE.map((one) => ({ ...one, version })) });
    expect(found.find(({ subject }) => subject === 'version')?.level).toBe(level);
  });

  test('warn of several versions and of the decoupled mode', async () => {
    const mixed = await findings({
      view: THREE.map((one, index) => ({ ...one, version: index === 0 ? 'doris-4.0.0-x' : 'doris-4.0.1-x' })),
    });
    expect(mixed).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        subject: 'frontends',
        message: expect.stringContaining('4.0.0, 4.0.1') as string,
      }),
    );
    const cloud = await findings({
      answer: (text) =>
        text === 'SHOW BACKENDS'
          ? backendsAnswer([{ host: '10.0.0.11', tag: '{"compute_group_name" : "cg1"}' }])
          : undefined,
    });
    expect(cloud).toContainEqual(expect.objectContaining({ level: 'warn', subject: 'mode' }));
  });

  test.each([
    ['agrees in UTC', 4000, 'ok'],
    ['agrees in another zone', 8 * 3_600_000 + 9000, 'ok'],
    ['agrees just before a heartbeat is printed', -2000, 'ok'],
    ['is two minutes ahead', 120_000, 'warn'],
    ['is two minutes behind', -120_000, 'warn'],
  ])('a clock that %s (%d ms): %s', async (_, afterMs, level) => {
    const found = await findings({
      clock: { now: () => NEWEST_HEARTBEAT_MS + afterMs, monotonicMs: () => 0, sleep: async () => undefined },
    });
    expect(found.find(({ subject }) => subject === 'clock')?.level).toBe(level);
  });
});
