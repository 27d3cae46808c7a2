import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDiskSize } from '../../../src/doris/evidence/frontend-disks.ts';
import { DorisBadAnswer, DorisStatementFailed, DorisTimeout, DorisUnsupported } from '../../../src/doris/errors.ts';
import { table } from '../../support/doris/answers.ts';
import type { Answer } from '../../support/doris/memory-channel.ts';
import { THREE, fakeCluster } from './fake-cluster.ts';

const GIB = 1024 ** 3;
const HEARD = '2026-11-23 01:35:57';
const BACKENDS = (parts: (index: number) => Readonly<Record<string, string>> = () => ({})): Answer =>
  table(
    [0, 1, 2].map((index) => ({
      BackendId: String(10_002 + index),
      Host: `10.0.0.1${String(index)}`,
      HeartbeatPort: '9050',
      HttpPort: '8040',
      LastStartTime: '2026-11-23 01:34:00',
      LastHeartbeat: HEARD,
      Alive: 'true',
      SystemDecommissioned: 'false',
      TabletNum: '40',
      DataUsedCapacity: '1.549 GB',
      TrashUsedCapacity: '0.000 ',
      AvailCapacity: '1.854 TB',
      TotalCapacity: '1.953 TB',
      UsedPct: '5.08 %',
      MaxDiskUsedPct: '5.08 %',
      Tag: '{"location" : "default"}',
      ErrMsg: '',
      Version: 'doris-4.0.1-rc01-443e87e203',
      Status: '{"isQueryDisabled":false,"isLoadDisabled":false}',
      HeartbeatFailureCounter: '0',
      NodeRole: 'mix',
      ...parts(index),
    })),
  );
const config = (value: string): Answer => table([{ Key: '', Value: value }]);
const CONFIGS: Readonly<Record<string, string>> = {
  max_clone_task_timeout_sec: '7200',
  storage_high_watermark_usage_percent: '85',
  storage_min_left_capacity_bytes: '2147483648',
  storage_flood_stage_usage_percent: '95',
  storage_flood_stage_left_capacity_bytes: '1073741824',
  decommission_tablet_check_threshold: '5000',
  catalog_trash_expire_second: '86400',
  disable_tablet_scheduler: 'false',
  disable_balance: 'false',
  disable_colocate_balance: 'false',
};

/** A cluster that answers what a test gives, and otherwise its configs and backends; `asked` are the statements. */
function cluster(answers: Readonly<Record<string, Answer>>, version = 'doris-4.0.1-rc01-443e87e203') {
  const asked: string[] = [];
  const { reader } = fakeCluster({
    view: THREE.map((each) => ({ ...each, version })),
    http: async () => ({ status: 200, body: '{"code":0}' }),
    answer: (text) => {
      asked.push(text);
      const given = answers[text];
      if (given !== undefined) return given;
      const key = /^ADMIN SHOW FRONTEND CONFIG LIKE '(\w+)'$/.exec(text)?.[1];
      if (key !== undefined && CONFIGS[key] !== undefined) return table([{ Key: key, Value: CONFIGS[key] }]);
      return text === 'SHOW BACKENDS' ? BACKENDS() : undefined;
    },
  });
  return {
    asked,
    evidence: () => reader.evidence({ group: 'default', victims: [] }),
    walk: () => reader.walkTablets(),
  };
}

const TRANSACTIONS = "SHOW PROC '/transactions'";
const RUNNING = "SHOW PROC '/transactions/10125/running'";
const counts = (running: number): Answer =>
  table([
    { DbId: '10006', DbName: '__internal_schema', RunningTransactionNum: '0' },
    { DbId: '10125', DbName: 'default_cluster:shop', RunningTransactionNum: String(running) },
    { DbId: '0', DbName: 'Total', RunningTransactionNum: String(running) },
  ]);
const transaction = (id: string, PrepareTime: string) => ({ TransactionId: id, Label: `l${id}`, PrepareTime });

describe('running transactions', () => {
  test('no database is looked into while none runs', async () => {
    const { asked, evidence } = cluster({ [TRANSACTIONS]: counts(0) });
    expect((await evidence()).transactions).toEqual({ known: true, value: { running: 0, old: [] } });
    expect(asked.filter((text) => text.includes('/running'))).toEqual([]);
  });

  test('those older than 30 min by the clock of the master are named, the oldest first', async () => {
    const { evidence } = cluster({
      [TRANSACTIONS]: counts(4),
      [RUNNING]: table([
        transaction('4', '2026-11-23 01:35:50'),
        transaction('3', '2026-11-23 01:05:57'),
        transaction('2', '2026-11-23 01:05:56'),
        transaction('1', '2026-11-22 23:35:57'),
      ]),
    });
    expect((await evidence()).transactions).toEqual({
      known: true,
      value: {
        running: 4,
        old: [
          { database: 'shop', id: '1', ageMs: 7_200_000 },
          { database: 'shop', id: '2', ageMs: 1_801_000 },
        ],
      },
    });
  });

  test.each([
    ['a time of another form', [transaction('1', '23.11.2026 01:35')], /column PrepareTime/],
    ['an id that is none', [transaction('x', '2026-11-22 23:35:57')], /column TransactionId/],
    [
      'so many that the oldest are not listed',
      Array.from({ length: 2000 }, (_, index) => transaction(String(index), HEARD)),
      /shop runs 2000 transactions or more: the oldest are not listed/,
    ],
  ])('%s: unknown, not young', async (_what, rows, reason) => {
    const { evidence } = cluster({ [TRANSACTIONS]: counts(rows.length), [RUNNING]: table(rows) });
    expect((await evidence()).transactions).toMatchObject({
      known: false,
      reason: expect.stringMatching(reason) as string,
    });
  });
});

describe('the recycle bin', () => {
  const BIN = 'SHOW CATALOG RECYCLE BIN';
  const entry = (DropTime: string, Name = 'old') => ({ Type: 'Table', Name, DropTime, DataSize: '1.000 GB' });

  test('is empty a day after its newest entry, by the clock of the master', async () => {
    const { evidence } = cluster({
      [BIN]: table([entry('2026-11-22 03:10:57', 'older'), entry('2026-11-22 10:00:00', 'newer')]),
    });
    expect((await evidence()).recycleBin).toEqual({
      known: true,
      value: { entries: 2, names: ['newer', 'older'], emptyInMs: (8 * 3600 + 24 * 60 + 3) * 1000, ignoredBelow: 5000 },
    });
  });

  test('that should be empty by now is empty soon', async () => {
    const { evidence } = cluster({ [BIN]: table([entry('2026-11-21 10:00:00')]) });
    expect((await evidence()).recycleBin).toMatchObject({ known: true, value: { emptyInMs: 0 } });
  });

  test('whose bound the version does not tell is unknown', async () => {
    const { evidence } = cluster({
      [BIN]: { columns: ['Type'], rows: [] },
      "ADMIN SHOW FRONTEND CONFIG LIKE 'decommission_tablet_check_threshold'": config('5000'),
    });
    expect((await evidence()).recycleBin).toEqual({
      known: false,
      reason: 'FE config decommission_tablet_check_threshold reads nothing, which is no whole number',
    });
  });
});

describe('clocks', () => {
  test('a node that began after the master last heard of it runs ahead', async () => {
    const { evidence } = cluster({
      'SHOW BACKENDS': BACKENDS((index) => (index === 1 ? { LastStartTime: '2026-11-23 01:36:26' } : {})),
    });
    expect((await evidence()).fastClocks).toEqual({
      known: true,
      value: [{ node: '10.0.0.11:9050', aheadMs: 29_000 }],
    });
  });

  test('of a backend that is not alive nothing is said: its start is news, its heartbeat old', async () => {
    const { evidence } = cluster({
      'SHOW BACKENDS': BACKENDS((index) =>
        index === 1 ? { LastStartTime: '2026-11-23 01:36:26', Alive: 'false' } : {},
      ),
    });
    expect((await evidence()).fastClocks).toEqual({ known: true, value: [] });
  });
});

describe('disks of the frontends', () => {
  const DISKS = 'SHOW FRONTENDS disks';

  test('only meta directories count', async () => {
    const row = (DirType: string, Available: string) => ({ Host: '10.0.0.1', DirType, Dir: `/${DirType}`, Available });
    const { evidence } = cluster({ [DISKS]: table([row('meta', '1.8T'), row('log', '0')]) });
    expect((await evidence()).frontendDisks).toEqual({
      known: true,
      value: [{ host: '10.0.0.1', path: '/meta', availableBytes: Math.round(1.8 * 1024 * GIB) }],
    });
  });

  test.each([
    ['a version before 2.1 does not tell', new DorisStatementFailed('no'), 'doris-2.0.15-rc01-1a2b3c4', undefined],
    ['nor does a build that has no such statement', new DorisUnsupported('no'), 'doris-0.0.0-trunk-1a2b3c4', undefined],
    [
      'a statement that fails where the version has it is unknown, not room enough',
      new DorisStatementFailed('Failed to get disks of fe3'),
      'doris-2.1.0-rc01-1a2b3c4',
      { known: false, reason: 'Failed to get disks of fe3' },
    ],
    [
      'no answer is unknown',
      new DorisTimeout('no answer'),
      'doris-4.0.1-rc01-443e87e203',
      { known: false, reason: 'no answer' },
    ],
  ])('%s', async (_what, error, version, expected) => {
    expect((await cluster({ [DISKS]: error }, version).evidence()).frontendDisks).toEqual(expected);
  });

  test.each([
    ['74G', 74 * GIB],
    ['512M', GIB / 2],
    ['0', 0],
    ['74', 74],
    ['7.4E', undefined],
    ['-1G', undefined],
    ['', undefined],
    ['1,8T', undefined],
    ['8P', undefined],
  ])('%j as df prints it is %s', (text, expected) => {
    expect(parseDiskSize(text)).toBe(expected);
  });

  test('any text gives a size or nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const size = parseDiskSize(text);
        expect(size === undefined || (Number.isSafeInteger(size) && size >= 0)).toBe(true);
      }),
    );
  });
});

describe('how fast copies are', () => {
  const SLOTS = "SHOW PROC '/cluster_balance/working_slots'";
  const slots = (...rates: readonly string[]): Answer =>
    table(rates.map((AvgRate, index) => ({ BeId: '10002', PathHash: String(index), AvgRate })));

  test('the slowest disk counts, and one that has copied nothing does not', async () => {
    const { evidence } = cluster({ [SLOTS]: slots('5.0027808136213005E7', '0.0', '2.121157323440506E7') });
    expect((await evidence()).cloneSpeed).toEqual({
      known: true,
      value: { timeoutMs: 7_200_000, slowestBytesPerSecond: 21_211_573.23440506 },
    });
  });

  test('none has copied yet', async () => {
    const { evidence } = cluster({ [SLOTS]: slots('0.0') });
    expect((await evidence()).cloneSpeed).toMatchObject({ value: { slowestBytesPerSecond: undefined } });
  });

  test.each(['NaN', '-5.0', 'fast', '1E'])('%s is unknown, not slow', async (rate) => {
    expect((await cluster({ [SLOTS]: slots(rate) }).evidence()).cloneSpeed.known).toBe(false);
  });
});

describe('a walk', () => {
  const STATISTIC = (replicas: number): Answer =>
    table([
      { DbId: '1', DbName: 'shop', TableNum: '2', PartitionNum: '2', TabletNum: '30', ReplicaNum: String(replicas) },
      { DbId: 'Total', DbName: '1', TableNum: '2', PartitionNum: '2', TabletNum: '30', ReplicaNum: String(replicas) },
    ]);
  const health = (parts: Readonly<Record<string, string>> = {}): Answer =>
    table([
      {
        DbId: 'Total',
        TabletNum: '30',
        HealthyNum: '30',
        ReplicaMissingNum: '0',
        VersionIncompleteNum: '0',
        ReplicaRelocatingNum: '0',
        RedundantNum: '0',
        ReplicaMissingForTagNum: '0',
        ColocateMismatchNum: '0',
        NeedFurtherRepairNum: '0',
        UnrecoverableNum: '0',
        ...parts,
      },
    ]);
  const partition = (parts: Readonly<Record<string, string>>) => ({
    PartitionName: 'p1',
    Buckets: '10',
    DataSize: '30.000 GB',
    ReplicaAllocation: 'tag.location.default: 3',
    ...parts,
  });
  const TABLETS = 'SHOW TABLETS FROM `shop`.`events`';
  const answers = (parts: Readonly<Record<string, Answer>> = {}): Readonly<Record<string, Answer>> => ({
    "SHOW PROC '/statistic'": STATISTIC(90),
    "SHOW PROC '/cluster_health/tablet_health'": health(),
    'SHOW TABLES FROM `shop`': { columns: ['Tables'], rows: [['events'], ['scratch']] },
    'SHOW PARTITIONS FROM `shop`.`events`': table([partition({})]),
    'SHOW PARTITIONS FROM `shop`.`scratch`': table([
      partition({ ReplicaAllocation: 'tag.location.default: 1', DataSize: '0.000 ' }),
    ]),
    [TABLETS]: table([
      { TabletId: '10130', LocalDataSize: String(GIB) },
      { TabletId: '10131', LocalDataSize: String(9 * GIB) },
    ]),
    ...parts,
  });

  test('counts what backends hold and no table has', async () => {
    expect((await cluster(answers()).walk()).residualTablets).toEqual({ known: true, value: 30 });
  });

  test('reads the statistic once: it walks every tablet', async () => {
    const { asked, walk } = cluster(answers());
    await walk();
    expect(asked.filter((text) => text.includes('/statistic'))).toHaveLength(1);
    expect(asked.filter((text) => text.includes('tablet_health'))).toHaveLength(1);
  });

  test('sums up what one replica of everything on a tag weighs, by sizes that the FE knows', async () => {
    const { walk } = cluster(
      answers({
        'SHOW PARTITIONS FROM `shop`.`scratch`': table([
          partition({ ReplicaAllocation: 'tag.location.default: 2, tag.location.reports: 1', DataSize: '6.000 GB' }),
          partition({ PartitionName: 'p2', DataSize: '0.000 ' }),
        ]),
        "SHOW PROC '/statistic'": STATISTIC(120),
      }),
    );
    expect((await walk()).replication).toEqual({
      known: true,
      value: [
        { group: 'default', replicas: 3, table: 'shop.events', onceBytes: 12 * GIB },
        { group: 'reports', replicas: 1, table: 'shop.scratch', onceBytes: 2 * GIB },
      ],
    });
  });

  test('says nothing of what a replica weighs while the FE knows no size', async () => {
    const none = { 'SHOW PARTITIONS FROM `shop`.`events`': table([partition({ DataSize: '0.000 ' })]) };
    expect((await cluster(answers(none)).walk()).replication).toEqual({
      known: true,
      value: [{ group: 'default', replicas: 3, table: 'shop.events' }],
    });
  });

  test('names tables with one replica', async () => {
    expect((await cluster(answers()).walk()).singleReplicaTables).toEqual({
      known: true,
      value: [{ group: 'default', table: 'shop.scratch' }],
    });
  });

  test('tells tags apart: a table with one replica on one tag has a copy on the other', async () => {
    const { walk } = cluster(
      answers({
        'SHOW PARTITIONS FROM `shop`.`events`': table([
          partition({ ReplicaAllocation: 'tag.location.default: 1, tag.location.reports: 1', DataSize: '0.000 ' }),
        ]),
        'SHOW PARTITIONS FROM `shop`.`scratch`': table([
          partition({ ReplicaAllocation: 'tag.location.reports: 1', DataSize: '5.000 GB' }),
        ]),
      }),
    );
    const { singleReplicaTables, largestTablets } = await walk();
    expect(singleReplicaTables).toEqual({ known: true, value: [{ group: 'reports', table: 'shop.scratch' }] });
    expect(largestTablets).toMatchObject({ value: [{ group: 'reports', table: 'shop.scratch', bytes: GIB / 2 }] });
  });

  test('looks at the tablets of the one table whose tablets are large on average', async () => {
    expect((await cluster(answers()).walk()).largestTablets).toEqual({
      known: true,
      value: [{ group: 'default', table: 'shop.events', partition: 'p1', tabletId: '10131', bytes: 9 * GIB }],
    });
  });

  test('lists the tablets of a table once for all tags, each of which has its own largest', async () => {
    const tags = ['default', 'default', 'reports'];
    const { asked, walk } = cluster(
      answers({
        'SHOW BACKENDS': BACKENDS((index) => ({ Tag: `{"location" : "${tags[index] ?? ''}"}` })),
        'SHOW PARTITIONS FROM `shop`.`events`': table([
          partition({}),
          partition({ PartitionName: 'p2', ReplicaAllocation: 'tag.location.reports: 1', DataSize: '200.000 GB' }),
        ]),
        [TABLETS]: table([
          { TabletId: '10130', BackendId: '10002', LocalDataSize: String(2 * GIB) },
          { TabletId: '10131', BackendId: '10003', LocalDataSize: String(3 * GIB) },
          { TabletId: '10132', BackendId: '10004', LocalDataSize: String(150 * GIB) },
        ]),
      }),
    );
    const { largestTablets } = await walk();
    expect(largestTablets).toMatchObject({
      known: true,
      value: [
        { group: 'default', partition: 'p1', tabletId: '10131', bytes: 3 * GIB },
        { group: 'reports', partition: 'p2', tabletId: '10132', bytes: 150 * GIB },
      ],
    });
    expect(asked.filter((text) => text === TABLETS)).toHaveLength(1);
  });

  test('a tablet on a backend that is not listed may be of any tag', async () => {
    const { walk } = cluster(
      answers({ [TABLETS]: table([{ TabletId: '10130', BackendId: '99999', LocalDataSize: String(9 * GIB) }]) }),
    );
    expect((await walk()).largestTablets).toMatchObject({ value: [{ group: 'default', bytes: 9 * GIB }] });
  });

  test.each([
    ['small', partition({ DataSize: '29.000 GB' })],
    [
      'of a table with so many that listing them would cost the FE its memory',
      partition({ Buckets: '4000', DataSize: '40.000 TB' }),
    ],
  ])('goes by the mean where tablets are %s', async (_what, row) => {
    const { asked, walk } = cluster(answers({ 'SHOW PARTITIONS FROM `shop`.`events`': table([row]) }));
    expect((await walk()).largestTablets).toMatchObject({ known: true, value: [{ tabletId: undefined }] });
    expect(asked).not.toContain(TABLETS);
  });

  test.each([
    [
      'a drain of another backend, and replicas too many',
      { ReplicaRelocatingNum: '7', RedundantNum: '9', HealthyNum: '14' },
      0,
    ],
    ['replicas that are missing or behind', { ReplicaMissingNum: '2', VersionIncompleteNum: '3' }, 5],
    [
      'replicas of another tag, of a bucket, lost ones',
      { ReplicaMissingForTagNum: '1', ColocateMismatchNum: '1', UnrecoverableNum: '1' },
      3,
    ],
  ])('counts %s as %o', async (_what, parts, unhealthy) => {
    const walk = await cluster(answers({ "SHOW PROC '/cluster_health/tablet_health'": health(parts) })).walk();
    expect(walk.tablets).toMatchObject({ known: true, value: { total: 30, unhealthy } });
  });

  test.each([
    [
      'SHOW TABLES FROM `shop`',
      new DorisTimeout('no answer'),
      ['replication', 'singleReplicaTables', 'largestTablets'],
    ],
    [
      'SHOW PARTITIONS FROM `shop`.`events`',
      new DorisBadAnswer('odd'),
      ['replication', 'singleReplicaTables', 'largestTablets'],
    ],
    [TABLETS, new DorisTimeout('no answer'), ['largestTablets']],
    [TABLETS, new DorisStatementFailed('not allowed'), []],
    ['SHOW BACKENDS', new DorisTimeout('no answer'), ['largestTablets', 'residualTablets']],
  ] as const)('%s that fails leaves the rest known', async (statement, error, unknown) => {
    const walk = await cluster(answers({ [statement]: error })).walk();
    const names = ['replication', 'singleReplicaTables', 'tablets', 'largestTablets', 'residualTablets'] as const;
    expect(names.filter((name) => !walk[name].known)).toEqual(unknown);
  });
});
