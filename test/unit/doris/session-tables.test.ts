import { describe, expect, test } from 'vitest';
import { DorisStatementFailed } from '../../../src/doris/errors.ts';
import { table } from '../../support/doris/answers.ts';
import type { Answer } from '../../support/doris/memory-channel.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

const GIB = 1024 ** 3;
const partition = (ReplicaAllocation: string, DataSize = '9.000 GB') => ({
  PartitionName: 'p1',
  Buckets: '10',
  DataSize,
  ReplicaAllocation,
});
const count = (DbId: string, DbName: string, PartitionNum: number) => ({
  DbId,
  DbName,
  TableNum: '2',
  PartitionNum: String(PartitionNum),
  TabletNum: '20',
  ReplicaNum: '60',
});
const listed = (rows: readonly (readonly [id: string, name: string])[]): Answer =>
  table(rows.map(([TableId, TableName]) => ({ TableId, TableName, IndexNum: '1', PartitionNum: '1' })));

const DBS = "SHOW PROC '/dbs/10125'";
const OWN = "SHOW PROC '/dbs/10125/10300/partitions'";
/** One table that everybody sees, and one that only its session does: the FE counts both. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "SHOW PROC '/statistic'": table([count('10125', 'shop', 2), count('Total', '1', 2)]),
  'SHOW TABLES FROM `shop`': { columns: ['Tables_in_shop'], rows: [['events']] },
  'SHOW PARTITIONS FROM `shop`.`events`': table([partition('tag.location.default: 3')]),
  'SHOW TEMPORARY PARTITIONS FROM `shop`.`events`': { columns: ['ReplicaAllocation'], rows: [] },
  [DBS]: listed([
    ['10250', 'events'],
    ['10300', '1795_#TEMP#_cart'],
  ]),
  [OWN]: table([partition('tag.location.default: 4', '8.000 GB')]),
};

function walkOf(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const { reader } = fakeCluster({
    view: THREE,
    answer: (text) => {
      asked.push(text);
      return { ...ANSWERS, ...answers }[text];
    },
  });
  return { asked, walk: () => reader.walkTablets() };
}

describe('a table that only its session sees', () => {
  test('wants its replicas as any other', async () => {
    expect((await walkOf({}).walk()).replication).toEqual({
      known: true,
      value: [{ group: 'default', replicas: 4, table: 'shop.1795_#TEMP#_cart', onceBytes: 5 * GIB }],
    });
  });

  test('is not looked for while everything that the FE counts is seen', async () => {
    const all = { "SHOW PROC '/statistic'": table([count('10125', 'shop', 1), count('Total', '1', 1)]) };
    const { asked, walk } = walkOf(all);
    expect((await walk()).replication.known).toBe(true);
    expect(asked.filter((text) => text.includes('/dbs/'))).toEqual([]);
  });

  test.each([
    ['has ended meanwhile', { [DBS]: listed([['10250', 'events']]) }],
    ['cannot be looked into', { [OWN]: new DorisStatementFailed('no') }],
    ['cannot be listed', { [DBS]: new DorisStatementFailed('no') }],
  ])('that %s leaves replication unknown', async (_what, answers) => {
    expect((await walkOf(answers).walk()).replication).toEqual({
      known: false,
      reason: 'shop has 2 partitions and 1 of them could be seen',
    });
  });
});
