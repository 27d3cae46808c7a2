import { describe, expect, test } from 'vitest';
import { DorisTimeout, DorisUnreachable } from '../../../src/doris/errors.ts';
import { backendsAnswer, frontendsAnswer } from '../../support/doris/answers.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

const askedOf = (cluster: ReturnType<typeof fakeCluster>, text: string): readonly string[] =>
  cluster.channel.sent.filter((one) => one.text === text).map((one) => one.endpoint);

describe('topology', () => {
  test('is read from the master, whichever FE is asked first', async () => {
    const cluster = fakeCluster({ view: THREE });
    const topology = await cluster.reader.topology();
    expect(topology).toMatchObject({
      clusterId: '113727546',
      mode: 'coupled',
      version: '4.0.1',
      master: '10.0.0.2:9010',
    });
    expect(topology.frontends.map((one) => one.host)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    expect(topology.backends).toHaveLength(3);
    expect(askedOf(cluster, 'SHOW BACKENDS')).toEqual(['10.0.0.2:9030']);
    expect(cluster.channel.open()).toBe(0);
  });

  test('the master found is asked first the next time', async () => {
    const cluster = fakeCluster({ view: THREE });
    await cluster.reader.topology();
    const before = cluster.channel.sent.length;
    await cluster.reader.topology();
    expect(cluster.channel.sent[before]?.endpoint).toBe('10.0.0.2:9030');
  });

  test('fails over past endpoints that are down', async () => {
    const view = [{ host: '10.0.0.1', alive: false }, { host: '10.0.0.2', master: true }, { host: '10.0.0.3' }];
    expect((await fakeCluster({ view, down: ['10.0.0.1'] }).reader.topology()).master).toBe('10.0.0.2:9010');
  });

  test('goes on with the next endpoint when one times out', async () => {
    const cluster = fakeCluster({
      view: THREE,
      endpoints: ['10.0.0.1', '10.0.0.2'],
      answer: (text, host) =>
        host === '10.0.0.1' && text === 'SHOW FRONTENDS'
          ? new DorisTimeout('10.0.0.1:9030 did not answer within 90 s')
          : undefined,
    });
    expect((await cluster.reader.topology()).master).toBe('10.0.0.2:9010');
  });

  test('a master reached under another name is used on the connection that said so', async () => {
    const view = [{ host: '172.17.0.2', master: true }];
    const cluster = fakeCluster({
      view,
      endpoints: ['fe.example'],
      down: ['172.17.0.2'],
      views: { 'fe.example': view },
      answer: (text) => (text === 'SHOW FRONTENDS' ? asked('172.17.0.2', view) : undefined),
    });
    expect((await cluster.reader.topology()).master).toBe('172.17.0.2:9010');
    expect(askedOf(cluster, 'SHOW BACKENDS')).toEqual(['fe.example:9030']);
  });

  test('no endpoint answers: all are named', async () => {
    const cluster = fakeCluster({ view: THREE, down: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
    await expect(cluster.reader.topology()).rejects.toMatchObject({
      code: 'doris-unreachable',
      message: expect.stringMatching(/10\.0\.0\.1.*10\.0\.0\.2.*10\.0\.0\.3/) as string,
    });
  });

  test('during an election there is no master', async () => {
    const view = THREE.map((one) => ({ ...one, master: false }));
    await expect(fakeCluster({ view }).reader.topology()).rejects.toMatchObject({ code: 'doris-no-master' });
  });

  test('an FE named as master that does not say so itself is not believed', async () => {
    const moved = [{ host: '10.0.0.1' }, { host: '10.0.0.2' }, { host: '10.0.0.3', master: true }];
    const cluster = fakeCluster({ view: THREE, endpoints: ['10.0.0.1'], views: { '10.0.0.2': moved } });
    await expect(cluster.reader.topology()).rejects.toMatchObject({ code: 'doris-no-master' });
  });
});

describe('majority', () => {
  const dead = (...hosts: readonly string[]) => THREE.map((one) => ({ ...one, alive: !hosts.includes(one.host) }));

  test('two of three followers alive and agreeing are enough', async () => {
    const cluster = fakeCluster({ view: dead('10.0.0.3'), down: ['10.0.0.3'] });
    expect((await cluster.reader.topology()).master).toBe('10.0.0.2:9010');
  });

  test('one of three is not, although the master answers everything', async () => {
    const cluster = fakeCluster({ view: dead('10.0.0.1', '10.0.0.3'), down: ['10.0.0.1', '10.0.0.3'] });
    await expect(cluster.reader.topology()).rejects.toMatchObject({
      code: 'doris-no-majority',
      message: expect.stringContaining(
        '1 of 3 followers are alive, a write needs 2; not alive: 10.0.0.1:9010, 10.0.0.3:9010',
      ) as string,
    });
  });

  test('one of two is not', async () => {
    const view = [
      { host: '10.0.0.1', master: true },
      { host: '10.0.0.2', alive: false },
    ];
    await expect(fakeCluster({ view, down: ['10.0.0.2'] }).reader.topology()).rejects.toMatchObject({
      code: 'doris-no-majority',
    });
  });

  test('an old master that was cut off is passed over for the one that the others follow', async () => {
    const cutOff = [
      { host: '10.0.0.1', master: true },
      { host: '10.0.0.2', alive: false },
      { host: '10.0.0.3', alive: false },
    ];
    const others = [{ host: '10.0.0.1', alive: false }, { host: '10.0.0.2', master: true }, { host: '10.0.0.3' }];
    const cluster = fakeCluster({ view: others, views: { '10.0.0.1': cutOff } });
    expect((await cluster.reader.topology()).master).toBe('10.0.0.2:9010');
    expect(cluster.channel.open()).toBe(0);
  });

  test('observers do not count, nor does a follower that was added and never came up', async () => {
    const view = [
      { host: '10.0.0.1', master: true },
      { host: '10.0.0.2', alive: false, joined: false, queryPort: 0 },
      { host: '10.0.0.3', role: 'OBSERVER' as const, alive: false },
    ];
    expect((await fakeCluster({ view, endpoints: ['10.0.0.1'] }).reader.topology()).frontends).toHaveLength(3);
  });

  test('a master that the other followers do not name is not believed', async () => {
    const others = [{ host: '10.0.0.1' }, { host: '10.0.0.2' }, { host: '10.0.0.3', master: true }];
    const cluster = fakeCluster({
      view: THREE,
      endpoints: ['10.0.0.2'],
      views: { '10.0.0.1': others, '10.0.0.3': others },
    });
    await expect(cluster.reader.topology()).rejects.toMatchObject({
      code: 'doris-no-majority',
      message: expect.stringContaining('10.0.0.1:9010 names 10.0.0.3:9010') as string,
    });
  });

  test('of five followers two others must agree', async () => {
    const five = ['1', '2', '3', '4', '5'].map((last) => ({
      host: `10.0.0.${last}`,
      master: last === '1',
      alive: last < '4',
    }));
    expect(
      (await fakeCluster({ view: five, endpoints: ['10.0.0.1'], down: ['10.0.0.4', '10.0.0.5'] }).reader.topology())
        .master,
    ).toBe('10.0.0.1:9010');
    const cut = fakeCluster({ view: five, endpoints: ['10.0.0.1'], down: ['10.0.0.3', '10.0.0.4', '10.0.0.5'] });
    await expect(cut.reader.topology()).rejects.toMatchObject({ code: 'doris-no-majority' });
  });

  test('no more followers are asked than must agree, while they answer', async () => {
    const five = ['1', '2', '3', '4', '5'].map((last) => ({ host: `10.0.0.${last}`, master: last === '1' }));
    const cluster = fakeCluster({ view: five, endpoints: ['10.0.0.1'] });
    await cluster.reader.topology();
    // The first time of all, for the id of the cluster.
    expect(cluster.channel.tried.slice(1)).toEqual(['10.0.0.1:9030', '10.0.0.2:9030', '10.0.0.3:9030']);
  });

  test.each([
    ['refuses', new DorisUnreachable('10.0.0.1:9030 cannot be reached')],
    ['does not answer within 2 s', () => new Promise<never>(() => undefined)],
  ])('another is asked where one %s', async (_, answer) => {
    const cluster = fakeCluster({
      view: THREE,
      endpoints: ['10.0.0.2'],
      answer: (text, host) => (text === 'SHOW FRONTENDS' && host === '10.0.0.1' ? answer : undefined),
    });
    expect((await cluster.reader.topology()).master).toBe('10.0.0.2:9010');
    expect(cluster.channel.tried.slice(1)).toEqual(['10.0.0.2:9030', '10.0.0.1:9030', '10.0.0.3:9030']);
  });

  test('followers whose own addresses lead nowhere are asked by the configured endpoints, and there first the next time', async () => {
    const cluster = fakeCluster({
      view: THREE,
      down: THREE.map((one) => one.host),
      endpoints: ['a.example', 'b.example'],
      answer: (text, host) =>
        text === 'SHOW FRONTENDS'
          ? frontendsAnswer(THREE, { asked: host === 'a.example' ? '10.0.0.2' : '10.0.0.3' })
          : undefined,
    });
    expect((await cluster.reader.topology()).master).toBe('10.0.0.2:9010');
    const before = cluster.channel.tried.length;
    await cluster.reader.topology();
    expect(cluster.channel.tried.slice(before)).toEqual(['a.example:9030', 'b.example:9030']);
  });
});

describe('the right cluster', () => {
  test('an endpoint of another cluster is not used, the others are', async () => {
    const cluster = fakeCluster({
      view: THREE,
      endpoints: ['10.9.9.9', '10.0.0.1'],
      views: { '10.9.9.9': [{ host: '10.9.9.9', master: true }] },
      clusterIds: { '10.9.9.9': '999' },
      clusterId: '113727546',
    });
    expect((await cluster.reader.topology()).clusterId).toBe('113727546');
  });

  test('when only it answers, the error names both ids', async () => {
    const cluster = fakeCluster({ view: THREE, clusterId: '42' });
    await expect(cluster.reader.topology()).rejects.toMatchObject({
      code: 'doris-wrong-cluster',
      message: expect.stringMatching(/113727546, not to 42/) as string,
    });
    expect(cluster.channel.open()).toBe(0);
  });

  test('at first contact endpoints of two clusters are refused, and both are named', async () => {
    const cluster = fakeCluster({
      view: THREE,
      endpoints: ['10.0.0.1', '10.9.9.9'],
      views: { '10.9.9.9': [{ host: '10.9.9.9', master: true }] },
      clusterIds: { '10.9.9.9': '999' },
    });
    await expect(cluster.reader.topology()).rejects.toMatchObject({
      code: 'doris-wrong-cluster',
      message: expect.stringMatching(
        /10\.0\.0\.1:9030 belongs to 113727546.*10\.9\.9\.9:9030 belongs to 999/,
      ) as string,
    });
  });

  test('what the first contact showed is kept', async () => {
    const ids: Record<string, string> = {};
    const cluster = fakeCluster({ view: THREE, clusterIds: ids });
    await cluster.reader.topology();
    for (const { host } of THREE) ids[host] = '7';
    await expect(cluster.reader.topology()).rejects.toMatchObject({ code: 'doris-wrong-cluster' });
  });
});

describe('a compute-storage decoupled cluster', () => {
  test('is read', async () => {
    const tag = '{"compute_group_name" : "cg1", "cloud_unique_id" : "1:a:b"}';
    const cluster = fakeCluster({
      view: THREE,
      answer: (text) => (text === 'SHOW BACKENDS' ? backendsAnswer([{ host: '10.0.0.11', tag }]) : undefined),
    });
    expect((await cluster.reader.topology()).mode).toBe('decoupled');
  });
});

function asked(host: string, view: readonly { readonly host: string; readonly master?: boolean }[]) {
  return frontendsAnswer(view, { asked: host });
}
