import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ClusterChange } from '../../../src/domain/ports/cluster-writer.ts';
import { CLUSTER_ID, OK, type FrontendFixture } from '../../support/doris/answers.ts';
import { RECORDED_VERSIONS } from '../../support/doris/recordings.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

const naming = (host: string): readonly FrontendFixture[] =>
  THREE.map((one) => ({ ...one, master: one.host === host }));

describe('whom each FE names as master', () => {
  test('is asked of every alive one itself', async () => {
    const { reader } = fakeCluster({ view: THREE, views: { '10.0.0.3': naming('10.0.0.1') } });
    await expect(reader.masters()).resolves.toEqual([
      { frontend: '10.0.0.1:9010', master: '10.0.0.2:9010', problem: '' },
      { frontend: '10.0.0.2:9010', master: '10.0.0.2:9010', problem: '' },
      { frontend: '10.0.0.3:9010', master: '10.0.0.1:9010', problem: '' },
    ]);
  });

  test('is unknown, with the reason, of one that cannot be reached or shows none', async () => {
    const { reader } = fakeCluster({ view: THREE, down: ['10.0.0.3'], views: { '10.0.0.1': naming('nobody') } });
    await expect(reader.masters()).resolves.toEqual([
      { frontend: '10.0.0.1:9010', master: undefined, problem: 'it shows no master' },
      { frontend: '10.0.0.2:9010', master: '10.0.0.2:9010', problem: '' },
      {
        frontend: '10.0.0.3:9010',
        master: undefined,
        problem: expect.stringContaining('10.0.0.3:9030 cannot be reached') as string,
      },
    ]);
  });

  test('is not asked of a dead one', async () => {
    const view = THREE.map((one) => ({ ...one, alive: one.host !== '10.0.0.1' }));
    const { reader } = fakeCluster({ view });
    await expect(reader.masters()).resolves.toHaveLength(2);
  });
});

describe('paused routine loads', () => {
  const asking = (body: string, status = 200) => {
    const urls: string[] = [];
    const { reader } = fakeCluster({
      view: THREE,
      http: async (url, { authorization }) => {
        urls.push(`${url} ${authorization}`);
        return { status, body };
      },
    });
    return { reader, urls };
  };

  test('are counted by the master, and no password is sent for it', async () => {
    const { reader, urls } = asking('doris_fe_job{job="load", type="ROUTINE_LOAD", state="PAUSED"} 3\n');
    await expect(reader.pausedRoutineLoads()).resolves.toBe(3);
    expect(urls).toEqual(['http://10.0.0.2:8030/metrics ']);
  });

  test.each(RECORDED_VERSIONS)('are found in the metrics recorded from %s', async (version) => {
    const file = new URL(`../../fixtures/doris/${version}/http.json`, import.meta.url);
    const entries = JSON.parse(readFileSync(file, 'utf8')) as readonly { path?: string; body?: string }[];
    const body = entries.find(({ path }) => path === '/metrics')?.body ?? '';
    await expect(asking(body).reader.pausedRoutineLoads()).resolves.toBe(0);
  });

  test.each([
    ['without the gauge', 'doris_fe_job{job="load", type="ROUTINE_LOAD", state="RUNNING"} 3', 200],
    ['of an error', 'doris_fe_job{job="load", type="ROUTINE_LOAD", state="PAUSED"} 3', 500],
  ])('are unknown in an answer %s', async (_says, body, status) => {
    await expect(asking(body, status).reader.pausedRoutineLoads()).rejects.toMatchObject({ code: 'doris-bad-answer' });
  });

  test('are unknown where the port does not answer', async () => {
    const { reader } = fakeCluster({
      view: THREE,
      http: async () => {
        throw new Error('connect ECONNREFUSED');
      },
    });
    await expect(reader.pausedRoutineLoads()).rejects.toMatchObject({ code: 'doris-unreachable' });
  });
});

describe('a DROP FOLLOWER, in every version', () => {
  const drop = (view: readonly FrontendFixture[], node: string) => {
    const fake = fakeCluster({ view, answer: (text) => (text.startsWith('ALTER') ? OK : undefined) });
    const change: ClusterChange = { kind: 'drop-frontend', node, role: 'FOLLOWER' };
    return { fake, sent: fake.writer.apply(change, { clusterId: CLUSTER_ID }) };
  };
  const four: readonly FrontendFixture[] = [...THREE, { host: '10.0.0.4' }];

  test('is sent while more are alive than must agree after it', async () => {
    const { fake, sent } = drop(four, '10.0.0.4:9010');
    await expect(sent).resolves.toBe('done');
    expect(fake.changes()).toEqual(['ALTER SYSTEM DROP FOLLOWER "10.0.0.4:9010"']);
  });

  test('is sent for a dead one', async () => {
    const view = four.map((one) => ({ ...one, alive: one.host !== '10.0.0.4' }));
    await expect(drop(view, '10.0.0.4:9010').sent).resolves.toBe('done');
  });

  test.each<[string, readonly FrontendFixture[], string, string]>([
    ['the master', four, '10.0.0.2:9010', 'doris-master-drop'],
    [
      'an alive one where only two of three are',
      THREE.map((one) => ({ ...one, alive: one.host !== '10.0.0.1' })),
      '10.0.0.3:9010',
      'doris-quorum',
    ],
  ])('is not sent for %s', async (_says, view, node, code) => {
    const { fake, sent } = drop(view, node);
    await expect(sent).rejects.toMatchObject({ code });
    expect(fake.changes()).toEqual([]);
  });
});
