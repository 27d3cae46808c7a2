import { describe, expect, test } from 'vitest';
import { DorisStatementFailed } from '../../../src/doris/errors.ts';
import { backendsAnswer, table } from '../../support/doris/answers.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

/** One leaving backend (id 10002) that counts `tablets`, and tables with so many replicas on it and on another. */
function cluster(options: {
  readonly tablets: readonly number[];
  readonly tables: Readonly<Record<string, readonly [here: number, elsewhere: number]>>;
  readonly counted?: number;
}) {
  const total = Object.values(options.tables)
    .flat()
    .reduce((sum, one) => sum + one, 0);
  let looks = 0;
  return fakeCluster({
    view: THREE,
    answer: (text) => {
      if (text === 'SHOW BACKENDS') {
        const tablets = options.tablets[Math.min(looks, options.tablets.length - 1)] ?? 0;
        looks += 1;
        return backendsAnswer([{ host: '10.0.0.11', id: '10002', tablets, decommissioned: true }]);
      }
      if (text === "SHOW PROC '/statistic'") {
        const row = (id: string, name: string, partitions: number, replicas: number) => ({
          DbId: id,
          DbName: name,
          TableNum: '3',
          PartitionNum: String(partitions),
          ReplicaNum: String(replicas),
        });
        return table([
          row('1', 'mysql', 0, 0),
          row('2', 'shop', 3, options.counted ?? total),
          row('Total', '2', 3, total),
        ]);
      }
      if (text === 'SHOW TABLES FROM `shop`')
        return { columns: ['Tables_in_shop'], rows: [...Object.keys(options.tables), 'a_view'].map((name) => [name]) };
      const name = /^ADMIN SHOW REPLICA DISTRIBUTION FROM `shop`\.`(.*)`$/.exec(text)?.[1];
      if (name === 'a_view') return new DorisStatementFailed('fe: table type is not OLAP');
      const replicas = name === undefined ? undefined : options.tables[name];
      if (replicas === undefined) return undefined;
      return table([
        { BackendId: '10002', ReplicaNum: String(replicas[0]) },
        { BackendId: '10003', ReplicaNum: String(replicas[1]) },
      ]);
    },
  });
}

const left = (fake: ReturnType<typeof cluster>) => fake.reader.residualTablets('10.0.0.11:9050');

describe('tablets that no table has', () => {
  test('are those beyond the replicas of all tables', async () => {
    await expect(left(cluster({ tablets: [7], tables: { orders: [2, 30], events: [1, 12] } }))).resolves.toBe(4);
  });

  test('are all that is left when no table has a replica there', async () => {
    await expect(left(cluster({ tablets: [7], tables: { orders: [0, 30] } }))).resolves.toBe(7);
  });

  test('are none on an empty backend, without a look at any table', async () => {
    const fake = cluster({ tablets: [0], tables: { orders: [0, 30] } });
    await expect(left(fake)).resolves.toBe(0);
    expect(fake.channel.sent.some(({ text }) => text.includes('DISTRIBUTION'))).toBe(false);
  });

  test('cannot be told while tablets still move', async () => {
    await expect(left(cluster({ tablets: [7, 6], tables: { orders: [0, 30] } }))).resolves.toBeUndefined();
  });

  test('are told also where it holds many', async () => {
    await expect(left(cluster({ tablets: [60_000], tables: { orders: [5, 30] } }))).resolves.toBe(59_995);
  });

  test('cannot be told when some tables are hidden from the account', async () => {
    await expect(left(cluster({ tablets: [7], tables: { orders: [0, 30] }, counted: 45 }))).resolves.toBeUndefined();
  });
});
