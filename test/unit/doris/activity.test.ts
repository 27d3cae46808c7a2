import { describe, expect, test } from 'vitest';
import { backendsAnswer, table } from '../../support/doris/answers.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

const row = (one: Readonly<Record<string, string | null>>) => ({
  CurrentConnected: 'No',
  Id: '1',
  User: 'reports',
  Command: 'Query',
  Time: '5',
  State: 'OK',
  Info: 'SELECT 1',
  ...one,
});
const own = row({ CurrentConnected: 'Yes', User: 'autoscaler', Time: '0', Info: 'SHOW PROCESSLIST' });

/** Connections by FE; `tasks` is the figure that the backend shows itself. */
function cluster(
  connections: Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>,
  tasks?: number,
) {
  return fakeCluster({
    view: THREE,
    answer: (text, host) => {
      if (text === 'SHOW PROCESSLIST') return table([own, ...(connections[host] ?? [])]);
      return text === 'SHOW BACKENDS'
        ? backendsAnswer([{ host: '10.0.0.11', ...(tasks === undefined ? {} : { runningTasks: tasks }) }])
        : undefined;
    },
  });
}

describe('queries on a backend', () => {
  test('are told by its own figure where the version has one', async () => {
    const { reader, channel } = cluster({ '10.0.0.1': [row({ Time: '900' })] }, 4);
    await expect(reader.activity('10.0.0.11:9050', 60)).resolves.toEqual({ runningTasks: 4, olderQueries: 0 });
    expect(channel.sent.some(({ text }) => text === 'SHOW PROCESSLIST')).toBe(false);
  });

  test('are else the older queries of all FEs', async () => {
    const { reader } = cluster({
      '10.0.0.1': [row({ Time: '59' }), row({ Time: '60' })],
      '10.0.0.3': [row({ Time: '3600' }), row({ Command: 'Sleep', Time: '9999' })],
    });
    await expect(reader.activity('10.0.0.11:9050', 60)).resolves.toEqual({ runningTasks: 'unknown', olderQueries: 2 });
  });

  test('are unknown while one FE cannot be asked', async () => {
    const fake = fakeCluster({
      view: THREE,
      down: ['10.0.0.3'],
      answer: (text) => (text === 'SHOW PROCESSLIST' ? table([own]) : undefined),
    });
    await expect(fake.reader.activity('10.0.0.11:9050', 60)).rejects.toMatchObject({
      code: 'doris-unreachable',
      message: expect.stringContaining('10.0.0.3:9030') as string,
    });
  });

  test('of a backend that is gone are an error', async () => {
    await expect(cluster({}).reader.activity('10.0.0.99:9050', 60)).rejects.toMatchObject({
      code: 'doris-backend-unknown',
    });
  });
});

describe('queries of one FE', () => {
  test('are counted without idle connections and without our own', async () => {
    const { reader } = cluster({
      '10.0.0.3': [
        row({}),
        row({ Command: 'Sleep' }),
        row({ User: 'autoscaler', Info: 'SHOW BACKENDS' }),
        row({ User: 'autoscaler', Info: 'SELECT sum(x) FROM t' }),
        row({ User: 'default_cluster:autoscaler', Info: 'SHOW FRONTENDS' }),
      ],
      '10.0.0.1': [row({}), row({}), row({})],
    });
    await expect(reader.frontendQueries('10.0.0.3:9010')).resolves.toBe(2);
  });

  test('of an FE that is not registered are an error', async () => {
    await expect(cluster({}).reader.frontendQueries('10.0.0.9:9010')).rejects.toMatchObject({
      code: 'doris-frontend-unknown',
    });
  });
});
