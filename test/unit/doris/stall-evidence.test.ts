import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DorisStatementFailed } from '../../../src/doris/errors.ts';
import { parseFrontendTime } from '../../../src/doris/parse/fe-time.ts';
import { backendsAnswer, table } from '../../support/doris/answers.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

type Cells = Readonly<Record<string, string | null>>;

const TASK: Cells = {
  TabletId: '20001',
  Type: 'REPAIR',
  Medium: 'HDD',
  Status: 'REPLICA_MISSING',
  State: 'PENDING',
  SchedCode: 'NONE',
  Priority: 'LOW',
  SrcBe: '10002',
  SrcPath: '1',
  DestBe: '10003',
  DestPath: '2',
  Timeout: '180000',
  Create: '2026-11-23 02:00:00',
  LstSched: '2026-11-23 02:00:10',
  LstVisit: '2026-11-23 02:00:10',
  Finished: null,
  ReplicaSize: '2.000 GB',
  Rate: null,
  FailedSched: '0',
  FailedRunning: '0',
  VisibleVer: '12',
  CmtVer: '12',
  ErrMsg: '',
};
const ended = (state: 'FINISHED' | 'CANCELLED', cells: Cells = {}): Cells => ({
  ...TASK,
  State: state,
  Finished: '2026-11-23 02:04:00',
  ...cells,
});

interface Shown {
  readonly pending?: readonly Cells[];
  readonly running?: readonly Cells[];
  readonly history?: readonly Cells[];
  readonly bin?: readonly Cells[];
  readonly refuses?: RegExp;
  /** Pending tablets that are counted; the list ends at 1,000. */
  readonly counted?: number;
}

const noRow = Object.keys(TASK);
const rows = (all: readonly Cells[] | undefined, columns: readonly string[]) =>
  all === undefined || all.length === 0 ? { columns, rows: [] } : table(all);

/** A cluster of 10.0.0.11 to .13 whose master prints 02:10:00 as its newest heartbeat. */
function cluster(shown: Shown) {
  return fakeCluster({
    view: THREE,
    answer: (text) => {
      if (shown.refuses?.test(text) === true) return new DorisStatementFailed('fe: no');
      if (text === 'SHOW BACKENDS') {
        const answer = backendsAnswer([{ host: '10.0.0.11', id: '10002', tablets: 9, decommissioned: true }]);
        const at = answer.columns.indexOf('LastHeartbeat');
        const beat = (cells: readonly (string | null)[]) =>
          cells.map((cell, index) => (index === at ? '2026-11-23 02:10:00' : cell));
        if (at < 0) throw new Error('no LastHeartbeat');
        return { columns: answer.columns, rows: answer.rows.map(beat) };
      }
      if (text === "SHOW PROC '/cluster_balance'")
        return table([
          { Item: 'pending_tablets', Number: String(shown.counted ?? shown.pending?.length ?? 0) },
          { Item: 'running_tablets', Number: String(shown.running?.length ?? 0) },
        ]);
      const queue = /cluster_balance\/(pending|running|history)_tablets/.exec(text)?.[1];
      if (queue !== undefined) return rows(shown[queue as 'pending'], noRow);
      if (/^SHOW TABLET 20001$/.test(text)) return table([{ DbName: 'default_cluster:shop', TableName: 'events' }]);
      if (/^SHOW TABLET /.test(text)) return table([{ DbName: null, TableName: null }]);
      if (text === 'SHOW CATALOG RECYCLE BIN') return rows(shown.bin, ['Type', 'Name', 'DropTime']);
      if (text.includes('catalog_trash_expire_second'))
        return table([{ Key: 'catalog_trash_expire_second', Value: '86400' }]);
      if (text.startsWith('ADMIN SHOW FRONTEND CONFIG'))
        return table([{ Key: /'(.*)'/.exec(text)?.[1] ?? '', Value: '2000' }]);
      if (text.includes('/transactions'))
        return table([
          { DbId: '1', DbName: 'shop', RunningTransactionNum: '2' },
          { DbId: '2', DbName: 'quiet', RunningTransactionNum: '0' },
          { DbId: '0', DbName: 'Total', RunningTransactionNum: '2' },
        ]);
      if (text.includes('/colocation_group'))
        return table([
          { GroupName: 'shop.grp', IsStable: 'false', ErrorMsg: 'get unhealthy tablet 3' },
          { GroupName: 'shop.calm', IsStable: 'true', ErrorMsg: '' },
        ]);
      if (text.includes('/jobs/-1'))
        return table([
          { JobType: 'load', Cancelled: '7' },
          { JobType: 'delete', Cancelled: '1' },
        ]);
      if (text.includes('/backends/'))
        return table([
          {
            RootPath: '/data1',
            DataUsedCapacity: '8.000 GB',
            OtherUsedCapacity: '1.000 GB',
            TotalUsedPct: '90.00 %',
            PathHash: '1',
            AvailCapacity: '1.000 GB',
            TotalCapacity: '10.000 GB',
            State: 'ONLINE',
            StorageMedium: 'SSD',
          },
        ]);
      return undefined;
    },
  });
}

const evidence = (shown: Shown) => cluster(shown).reader.stallEvidence('default');
async function scheduler(shown: Shown) {
  const { scheduler: found } = await evidence(shown);
  if (!found.known) throw new Error(found.reason);
  return found.value;
}

describe('what the FE shows of a drain that stands still', () => {
  test('each part by itself', async () => {
    const found = await evidence({ bin: [{ Type: 'Table', Name: 'old', DropTime: '2026-11-22 04:10:00' }] });
    expect(found).toMatchObject({
      recycleBin: { known: true, value: { entries: 1, names: ['old'], emptyInMs: 2 * 3_600_000 } },
      transactions: { known: true, value: [{ database: 'shop', running: 2 }] },
      colocate: { known: true, value: [{ group: 'shop.grp', error: 'get unhealthy tablet 3' }] },
      disks: { known: true, value: [{ backendId: '10002', path: '/data1', medium: 'SSD' }] },
      configs: { known: true, value: { max_scheduling_tablets: '2000' } },
    });
    expect(await cluster({}).reader.cancelledLoads()).toBe(7);
  });

  test.each([
    ['scheduler', /pending_tablets/],
    ['recycleBin', /RECYCLE/],
    ['transactions', /transactions/],
    ['colocate', /colocation/],
    ['disks', /\/backends\//],
    ['configs', /ADMIN SHOW FRONTEND CONFIG LIKE 'disable_tablet_scheduler'/],
  ] as const)('without %s the rest is told all the same', async (part, refuses) => {
    const found = await evidence({ refuses });
    const known = ['scheduler', 'recycleBin', 'transactions', 'colocate', 'disks', 'configs'] as const;
    expect(known.filter((each) => !found[each].known)).toEqual([part]);
  });

  test('an empty recycle bin is empty now', async () => {
    expect((await evidence({})).recycleBin).toEqual({
      known: true,
      value: { entries: 0, names: [], emptyInMs: 0, ignoredBelow: 2000 },
    });
  });

  test('waiting tablets are counted as the FE counts them, and the urgent ones among those that it lists', async () => {
    const waiting = (Priority: string, Type = 'REPAIR') => ({ ...TASK, Priority, Type });
    const pending = [waiting('VERY_HIGH'), waiting('HIGH'), waiting('LOW'), waiting('VERY_HIGH', 'BALANCE')];
    expect(await scheduler({ pending, counted: 2000 })).toMatchObject({ pending: 2000, listed: 4, urgent: 2 });
  });

  test('a clone is as old as the FE’s own times say', async () => {
    const { moves, running } = await scheduler({ running: [{ ...TASK, State: 'RUNNING' }] });
    expect(running).toBe(1);
    expect(moves).toMatchObject([{ tablet: '20001', ageMs: 590_000, timeoutMs: 180_000, bytes: 2 * 1024 ** 3 }]);
  });

  test('tablets that the queues name come with their table, unknown ones without', async () => {
    const found = await evidence({
      running: [{ ...TASK, State: 'RUNNING' }],
      pending: [{ ...TASK, TabletId: '20002', SchedCode: 'WAITING_DECOMMISSION', ErrMsg: 'wait txn' }],
    });
    expect(found.tableOfTablet).toEqual({ '20001': 'shop.events' });
  });

  test('failures are counted by their text, numbers in it aside, each tablet once, the largest as the example', async () => {
    const failed = (tablet: string, backend: string, size: string) =>
      ended('CANCELLED', {
        TabletId: tablet,
        ReplicaSize: size,
        ErrMsg: `unable to find dest path, backends: [backendId=${backend}]`,
      });
    const { failures } = await scheduler({
      history: [
        failed('20001', '10002', '1.000 GB'),
        failed('20001', '10003', '1.000 GB'),
        failed('20002', '10004', '3.000 GB'),
      ],
    });
    expect(failures).toMatchObject([{ tablets: 2, example: { tablet: '20002' } }]);
  });

  test.each([
    ['balancing that gave up', ended('CANCELLED', { Type: 'BALANCE', ErrMsg: 'cluster is balance' })],
    ['what ended well', ended('FINISHED', { ErrMsg: 'redundant replica is deleted' })],
    ['what failed half an hour ago', ended('CANCELLED', { ErrMsg: 'x', Finished: '2026-11-23 01:40:00' })],
    ['what has no text', ended('CANCELLED')],
  ])('%s is no failure', async (_name, row) => {
    expect((await scheduler({ history: [row] })).failures).toEqual([]);
  });

  test.each([
    [2, []],
    [3, [{ tablet: '20001', times: 3 }]],
  ])('a tablet cloned well %i times is moved in circles: %j', async (times, repeated) => {
    const history = Array.from({ length: times }, () => ended('FINISHED'));
    const deleted = Array.from({ length: 9 }, () => ended('FINISHED', { DestBe: '-1', TabletId: '30001' }));
    expect((await scheduler({ history: [...history, ...deleted] })).repeated).toEqual(repeated);
  });

  test('the scheduler idles since the newest time in its queues; that the checker queued something is none', async () => {
    const waiting = { ...TASK, Create: '2026-11-23 02:09:59', LstSched: null, LstVisit: null };
    expect((await scheduler({ pending: [waiting], history: [ended('FINISHED')] })).idleMs).toBe(360_000);
    expect((await scheduler({})).idleMs).toBeUndefined();
  });

  test('times of the FE differ as their texts do, and another text is none', () => {
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (date, seconds) => {
          const text = (at: Date) =>
            `${String(at.getUTCFullYear())}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
          const later = new Date(date.getTime() + seconds * 1000);
          expect((parseFrontendTime(text(later)) ?? 0) - (parseFrontendTime(text(date)) ?? 0)).toBe(seconds * 1000);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseFrontendTime(text)).toBeUndefined();
      }),
    );
    expect(parseFrontendTime('2026-02-30 00:00:00')).toBeUndefined();
  });
});

describe('tables that are left on a backend', () => {
  function left(tablets: number, refuses?: RegExp) {
    return fakeCluster({
      view: THREE,
      answer: (text) => {
        if (refuses?.test(text) === true) return new DorisStatementFailed('fe: no');
        if (text === 'SHOW BACKENDS') return backendsAnswer([{ host: '10.0.0.11', id: '10002', tablets }]);
        if (text === "SHOW PROC '/statistic'")
          return table([
            { DbId: '2', DbName: 'shop', TableNum: '3', PartitionNum: '3', ReplicaNum: '40' },
            { DbId: 'Total', DbName: '1', TableNum: '3', PartitionNum: '3', ReplicaNum: '40' },
          ]);
        if (text === 'SHOW TABLES FROM `shop`')
          return { columns: ['Tables_in_shop'], rows: [['orders'], ['events'], ['tags'], ['a_view']] };
        const name = /^ADMIN SHOW REPLICA DISTRIBUTION FROM `shop`\.`(.*)`$/.exec(text)?.[1];
        const replicas: Readonly<Record<string, string>> = { orders: '2', events: '9', tags: '0' };
        if (name === 'a_view') return new DorisStatementFailed('fe: table type is not OLAP');
        if (name !== undefined) return table([{ BackendId: '10002', ReplicaNum: replicas[name] ?? '0' }]);
        if (text.startsWith('SHOW PARTITIONS'))
          return table([
            { ReplicaAllocation: 'tag.location.default: 2', StorageMedium: 'HDD' },
            { ReplicaAllocation: 'tag.location.default: 3, tag.location.b: 1', StorageMedium: 'SSD' },
          ]);
        return undefined;
      },
    });
  }

  test('are named, the one with most replicas first, with what they want', async () => {
    const wants = { known: true, value: { byTag: { default: 3, b: 1 }, media: ['HDD', 'SSD'] } };
    await expect(left(12).reader.tablesLeft('10.0.0.11:9050')).resolves.toEqual([
      { table: 'shop.events', replicas: 9, wants },
      { table: 'shop.orders', replicas: 2, wants },
    ]);
  });

  test('are named also where their partitions cannot be seen', async () => {
    const found = await left(12, /SHOW PARTITIONS/).reader.tablesLeft('10.0.0.11:9050');
    expect(found.map(({ table: name, wants }) => [name, wants.known])).toEqual([
      ['shop.events', false],
      ['shop.orders', false],
    ]);
  });

  test('are not asked for while it holds many tablets', async () => {
    const fake = left(5001);
    await expect(fake.reader.tablesLeft('10.0.0.11:9050')).rejects.toMatchObject({ code: 'doris-unsupported' });
    expect(fake.channel.sent.some(({ text }) => text.includes('DISTRIBUTION'))).toBe(false);
  });
});
