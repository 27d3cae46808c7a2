import { describe, expect, test } from 'vitest';
import { classifyServerError } from '../../../src/doris/classify-error.ts';
import { FIRST_BACKEND, recordedCluster } from '../../support/doris/recorded-cluster.ts';
import { RECORDED_VERSIONS, readRecordings } from '../../support/doris/recordings.ts';

const BALANCE = "SHOW PROC '/cluster_balance'";
const PENDING = "SHOW PROC '/cluster_balance/pending_tablets'";
const GB = 1024 ** 3;

describe.each(RECORDED_VERSIONS)('a cluster recorded from %s', (version) => {
  const asked = { group: 'default', victims: [FIRST_BACKEND[version]] };

  test('shows its topology', async () => {
    const topology = await recordedCluster(version).reader.topology();
    expect(topology.mode).toBe('coupled');
    expect(topology.frontends).toHaveLength(1);
    expect(topology.backends).toHaveLength(4);
    expect(topology.backends[0]).toMatchObject({
      address: FIRST_BACKEND[version],
      alive: true,
      decommissioned: false,
      group: 'default',
      nodeRole: 'mix',
    });
  });

  test('shows everything that a removal is judged by', async () => {
    const { reader } = recordedCluster(version);
    const evidence = await reader.evidence(asked);
    expect(evidence).toMatchObject({
      watermarks: {
        known: true,
        value: { highRatio: 0.85, highLeftBytes: 2 * GB, floodRatio: 0.95, floodLeftBytes: GB },
      },
      schedulerOff: { known: true, value: [] },
      jobs: { known: true, value: [] },
      transactions: { known: true, value: { running: 0, old: [] } },
      unstableColocateGroups: { known: true, value: [] },
      recycleBin: {
        known: true,
        value: { entries: 0, names: [], emptyInMs: 0, ignoredBelow: version === '4.x' ? 50_000 : 5000 },
      },
      frontendDisks: {
        known: true,
        value: [
          {
            host: '127.0.0.1',
            path: '/opt/doris/fe/doris-meta',
            availableBytes: (version === '4.x' ? 74 : 72) * GB,
          },
        ],
      },
      fastClocks: { known: true, value: [] },
      ownCheck: { refusal: undefined },
    });
    const { cloneSpeed } = evidence;
    if (!cloneSpeed.known) throw new Error(cloneSpeed.reason);
    expect(cloneSpeed.value.timeoutMs).toBe(7_200_000);
    expect(cloneSpeed.value.slowestBytesPerSecond).toBeGreaterThan(1024 ** 2);
  });

  test('shows what only a walk over its tablets tells', async () => {
    const walk = await recordedCluster(version).reader.walkTablets();
    expect(walk.replication).toMatchObject({ known: true, value: [{ group: 'default', replicas: 3 }] });
    expect(walk.singleReplicaTables).toMatchObject({
      known: true,
      value: expect.arrayContaining([{ group: 'default', table: 'shop.scratch' }]) as unknown[],
    });
    expect(walk.tablets).toEqual({ known: true, value: { total: 68, unhealthy: 0, unrecoverable: 0 } });
    // SHOW BACKENDS and /statistic count the same replicas: nothing is in the bin.
    expect(walk.residualTablets).toEqual({ known: true, value: 0 });
    const { largestTablets } = walk;
    if (!largestTablets.known) throw new Error(largestTablets.reason);
    expect(largestTablets.value).toMatchObject([
      { group: 'default', table: '__internal_schema.audit_log', tabletId: undefined },
    ]);
    expect(largestTablets.value[0]?.bytes).toBeGreaterThan(30 * 1024 ** 2);
    expect(largestTablets.value[0]?.bytes).toBeLessThan(64 * 1024 ** 2);
  });

  test('shows the disks of its backends by medium', async () => {
    const text = "SHOW PROC '/backends/";
    const [, row] = readRecordings(version).filter((one) => one.sql.startsWith(text) && one.result !== undefined);
    const { disks } = await recordedCluster(version, {
      instead: (sql) => (sql.startsWith(text) ? row?.result : undefined),
    }).reader.evidence(asked);
    if (!disks.known) throw new Error(disks.reason);
    expect(disks.value).toHaveLength(8);
    for (const disk of disks.value) {
      expect(disk).toMatchObject({ medium: 'HDD', online: true, totalBytes: 1000 * GB });
      expect(disk.usedBytes).toBeGreaterThan(50 * GB);
    }
  });

  test('a partition that the account does not see makes the replication unknown, not low', async () => {
    const hidden = recordedCluster(version, {
      instead: (text) => {
        if (text === 'SHOW PARTITIONS FROM `shop`.`orders`') {
          return classifyServerError(
            {
              errno: 1142,
              message:
                "errCode = 2, detailMessage = SHOW PARTITIONS command denied to user 'x'@'%' for table 'shop: orders'",
            },
            { endpoint: 'fe', change: false },
          );
        }
        if (text.startsWith("SHOW PROC '/dbs/")) return { columns: ['TableId', 'TableName'], rows: [] };
        return text.startsWith('SHOW TEMPORARY PARTITIONS') ? { columns: ['ReplicaAllocation'], rows: [] } : undefined;
      },
    });
    const { replication, singleReplicaTables, tablets } = await hidden.reader.walkTablets();
    expect(replication).toMatchObject({
      known: false,
      reason: expect.stringMatching(/shop has 6 partitions and \d of them could be seen/) as string,
    });
    expect(singleReplicaTables.known).toBe(false);
    expect(tablets.known).toBe(true);
  });

  test.each([
    ["SHOW PROC '/jobs/-1'", ['jobs']],
    ['SHOW RESTORE FROM `shop`', ['backups']],
    ["SHOW PROC '/transactions'", ['transactions']],
    ["SHOW PROC '/colocation_group'", ['unstableColocateGroups']],
    ["SHOW PROC '/cluster_balance/working_slots'", ['cloneSpeed']],
    ['SHOW CATALOG RECYCLE BIN', ['recycleBin']],
    ['SHOW FRONTENDS disks', ['frontendDisks']],
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'disable_tablet_scheduler'", ['schedulerOff']],
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'disable_balance'", ['schedulerOff']],
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'storage_high_watermark_usage_percent'", ['watermarks']],
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'max_clone_task_timeout_sec'", ['cloneSpeed']],
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'decommission_tablet_check_threshold'", ['recycleBin']],
    // Nothing is asked of an empty bin but its emptiness.
    ["ADMIN SHOW FRONTEND CONFIG LIKE 'catalog_trash_expire_second'", []],
    ["SHOW PROC '/cluster_health/tablet_health'", ['tablets']],
    ["SHOW PROC '/statistic'", ['backups', 'replication', 'singleReplicaTables', 'largestTablets', 'residualTablets']],
    ['SHOW TABLES FROM `shop`', ['replication', 'singleReplicaTables', 'largestTablets']],
  ] as const)('when %s is refused, only %j is unknown', async (statement, unknown) => {
    const { reader } = recordedCluster(version, {
      instead: (text) =>
        text === statement
          ? classifyServerError({ errno: 1227, message: 'Access denied' }, { endpoint: 'fe', change: false })
          : undefined,
    });
    const { walk: _none, ...found } = { ...(await reader.evidence(asked)), ...(await reader.walkTablets()), walk: 0 };
    const unread = Object.entries(found).flatMap(([name, value]) =>
      typeof value === 'object' && 'known' in value && !value.known ? [name] : [],
    );
    expect(unread.filter((name) => name !== 'disks').toSorted()).toEqual([...unknown].toSorted());
  });

  test('a version without SHOW FRONTENDS disks does not tell', async () => {
    const { reader } = recordedCluster(version, {
      instead: (text) =>
        text === 'SHOW FRONTENDS disks'
          ? classifyServerError(
              { errno: 1105, message: "ParseException, msg: mismatched input 'disks'" },
              { endpoint: 'fe', change: false },
            )
          : undefined,
    });
    expect((await reader.evidence(asked)).frontendDisks).toBeUndefined();
  });

  test('a dry run that refuses is passed on, one that cannot judge us says nothing', async () => {
    const check = async (answer: { readonly status: number; readonly body: string } | Error) =>
      (
        await recordedCluster(version, {
          http: async () => {
            if (answer instanceof Error) throw answer;
            return answer;
          },
        }).reader.evidence(asked)
      ).ownCheck;
    const refusal =
      "After decommission, partition c1 of table shop.c1 's replication allocation { tag.location.default: 3 } > available backend num 2";
    expect(
      await check({
        status: 200,
        body: JSON.stringify({ msg: 'Error', code: 1, data: `errCode = 2, detailMessage = ${refusal}`, count: 0 }),
      }),
    ).toEqual({ refusal });
    expect(await check({ status: 200, body: '{"msg":"success","code":"0","data":[],"count":0}' })).toEqual({
      refusal: undefined,
    });
    expect(
      await check({ status: 200, body: '{"msg":"Unauthorized","code":401,"data":"Need auth information.","count":0}' }),
    ).toBeUndefined();
    expect(await check({ status: 200, body: '<html>' })).toBeUndefined();
    expect(await check({ status: 307, body: '' })).toBeUndefined();
    expect(await check(new Error('connect ECONNREFUSED'))).toBeUndefined();
  });

  test('shows its queues', async () => {
    expect(await recordedCluster(version).reader.migration()).toMatchObject({ pending: 0, running: 0 });
  });

  test('counts what is moved without reading a row of its queues', async () => {
    const asked: string[] = [];
    const recorded = readRecordings(version).find((one) => one.sql === BALANCE)?.result;
    const counts: Readonly<Record<string, string>> = { pending_tablets: '30', running_tablets: '4' };
    const rows = recorded?.rows.map(([item, number]) => [item ?? '', counts[item ?? ''] ?? number ?? '']) ?? [];
    const { reader } = recordedCluster(version, {
      instead: (text) => {
        asked.push(text);
        return text === BALANCE ? { columns: recorded?.columns ?? [], rows } : undefined;
      },
    });
    expect((await reader.look()).tabletsInMigration).toEqual({ known: true, value: 34 });
    expect(asked.filter((text) => text.includes('cluster_balance'))).toEqual([BALANCE]);
  });

  test('a drain is not taken for a repair, whatever its tablets show; lost replicas are', async () => {
    const drains = readRecordings(version).filter(
      (one) => one.sql === PENDING && (one.result?.rows.length ?? 0) > 0 && one.result?.columns.includes('Status'),
    );
    const statuses = new Set<string>();
    for (const { result } of drains) {
      const { reader } = recordedCluster(version, { instead: (text) => (text === PENDING ? result : undefined) });
      await expect(reader.migration()).resolves.toMatchObject({ repairs: 0 });
      for (const row of result?.rows ?? []) statuses.add(row[result?.columns.indexOf('Status') ?? 0] ?? '');
    }
    expect([...statuses]).toEqual(expect.arrayContaining(['REPLICA_RELOCATING', 'REPLICA_MISSING']));

    const one = drains.find(({ result }) => result?.rows.every((row) => row.includes('REPAIR')));
    const { columns = [], rows = [] } = one?.result ?? {};
    const lost = rows.map((row) =>
      row.map((cell, index) =>
        columns[index] === 'Status' ? 'REPLICA_MISSING' : columns[index] === 'Priority' ? 'VERY_HIGH' : cell,
      ),
    );
    const { reader } = recordedCluster(version, {
      instead: (text) => (text === PENDING ? { columns, rows: lost } : undefined),
    });
    expect(lost.length).toBeGreaterThan(0);
    await expect(reader.migration()).resolves.toMatchObject({ repairs: lost.length });
  });

  test('shows settings, and leaves out those that the version lacks', async () => {
    const keys = ['schedule_slot_num_per_hdd_path', 'decommission_skip_leaky_tablet_second'];
    expect(await recordedCluster(version).reader.configs(keys)).toEqual(
      version === '4.x'
        ? { schedule_slot_num_per_hdd_path: '4', decommission_skip_leaky_tablet_second: '18000' }
        : { schedule_slot_num_per_hdd_path: '4' },
    );
  });

  test('what runs on a backend is told by the backend in 4.x and by the queries of all FEs in 2.1', async () => {
    const view = await recordedCluster(version).reader.activity(FIRST_BACKEND[version], 60);
    expect(view).toEqual(
      version === '4.x' ? { runningTasks: 0, olderQueries: 0 } : { runningTasks: 'unknown', olderQueries: 0 },
    );
  });

  test('its account is found able to look and to act', async () => {
    const findings = await recordedCluster(version).checkAccess();
    expect(findings.filter((one) => one.level === 'fail')).toEqual([]);
    expect(findings.map((one) => one.message)).toEqual(expect.arrayContaining(['can look', 'can act']));
  });

  test.each(['nodeop', 'adm', 'plain'])('the account %s is told which GRANT it lacks', async (user) => {
    const asUser = readRecordings(version).filter((one) => one.user === user);
    const findings = await recordedCluster(version, {
      instead: (text) => {
        const found = asUser.find((one) => one.sql === text && /^SHOW (GRANTS|PROC)/.test(one.sql));
        return found?.error === undefined
          ? found?.result
          : classifyServerError(found.error, { endpoint: 'fe', change: false });
      },
    }).checkAccess();
    const mends = findings.filter((one) => one.level === 'fail').map((one) => one.mend);
    expect(mends.includes(`GRANT NODE_PRIV ON *.*.* TO '${user}'@'%';`)).toBe(user !== 'nodeop');
    expect(mends.includes(`GRANT ADMIN_PRIV ON *.*.* TO '${user}'@'%';`)).toBe(user !== 'adm');
  });
});
