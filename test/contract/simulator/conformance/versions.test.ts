import { describe, expect, it } from 'vitest';
import type { DorisVersion, SqlAnswer } from '../../../../src/simulator/cluster.ts';
import { isSupported, unsupported } from '../../../../src/simulator/wire/mysql/commands.ts';
import { prepare } from '../../../../src/simulator/wire/mysql/prepare.ts';
import { type Cast, openStage, type Stage } from './stage.ts';
import { withoutNames } from './shapes.ts';

/*
 * Where an FE of 2.1 (March 2024) differs from one of 4.x (January 2026) in what an autoscaler sees, as recorded from both: one case
 * a row of that table, asked of a cluster with a follower, an observer and four backends.
 */

const MASTER = 'master';
const FOLLOWER = 'follower';
const OBSERVER = 'observer';
const CAST: Cast = {
  followers: [MASTER, FOLLOWER],
  observers: [OBSERVER],
  spares: ['spare'],
  backends: ['be1', 'be2', 'be3', 'be4'],
};

interface Row {
  readonly topic: string;
  readonly cast?: Cast;
  readonly seen: (stage: Stage, version: DorisVersion) => unknown;
  readonly '2.1': unknown;
  readonly '4.0': unknown;
}

const DENIED = 'Access denied; you need (at least one of) the';
const parseError = (text: string) => `1105 HY000 ParseException, msg: \n${text}\n`;
const NEREIDS_ADMIN =
  "mismatched input 'ADMIN' expecting {'(', 'ALTER', 'CALL', 'CANCEL', 'CREATE', 'DELETE', 'DESC', 'DESCRIBE', 'DROP', 'EXPLAIN', 'EXPORT', 'INSERT', 'LOAD', 'PAUSE', 'REFRESH', 'REPLACE', 'RESUME', 'SELECT', 'SHOW', 'UPDATE', 'VALUES', 'WITH'}(line 1, pos 0)";

const TABLE: readonly Row[] = [
  {
    topic: 'a login with connection attributes is cut off',
    seen: ({ cluster }) => cluster.closesLoginWithConnectAttrs(),
    '2.1': true,
    '4.0': false,
  },
  {
    topic: 'COM_CHANGE_USER and COM_RESET_CONNECTION',
    seen: (_, version) => [0x11, 0x1f].map((command) => isSupported(command, version) || unsupported(command).message),
    '2.1': ['Unsupported command(Change user)', 'Unsupported command(COM_RESET_CONNECTION)'],
    '4.0': [true, true],
  },
  {
    topic: 'prepared statements',
    seen: (_, version) => ['SHOW BACKENDS', 'SELECT 1'].map((text) => described(prepare(text, version))),
    '2.1': [
      '1105 HY000 errCode = 2, detailMessage = Only support prepare SelectStmt or InsertStmt now',
      '1105 HY000 errCode = 2, detailMessage = Only support prepare SelectStmt point query now',
    ],
    '4.0': [
      'prepared',
      '1105 HY000 errCode = 2, detailMessage = Cannot read field "originStmt" because the return value of "org.apache.doris.analysis.StatementBase.getOrigStmt()" is null',
    ],
  },
  {
    topic: 'the last columns of SHOW FRONTENDS',
    seen: (stage) => columnsOf(stage, 'SHOW FRONTENDS').slice(-3),
    '2.1': ['ErrMsg', 'Version', 'CurrentConnected'],
    '4.0': ['Version', 'CurrentConnected', 'LiveSince'],
  },
  {
    topic: 'the backends() function: its columns and how their types are written',
    seen: (stage) =>
      stage
        .rows('DESC FUNCTION backends()')
        .map((row) => row.slice(0, 2).join(' '))
        .slice(13, 15),
    '2.1': ['TrashUsedCapacity BIGINT', 'AvailCapacity BIGINT'],
    '4.0': ['TrashUsedCapacity bigint', 'AvailCapacity bigint'],
  },
  {
    topic: 'SHOW BACKENDS: the typo, and the columns that came later',
    seen: (stage) => {
      const columns = columnsOf(stage, 'SHOW BACKENDS');
      return [columns.length, columns[13], columns.slice(24)];
    },
    '2.1': [25, 'TrashUsedCapcacity', ['NodeRole']],
    '4.0': [29, 'TrashUsedCapacity', ['NodeRole', 'CpuCores', 'Memory', 'LiveSince', 'RunningTasks']],
  },
  {
    topic: 'keys of the Status of a backend',
    seen: (stage) => statusKeys(stage),
    '2.1': ['lastSuccessReportTabletsTime', 'lastStreamLoadTime', 'isQueryDisabled', 'isLoadDisabled'],
    '4.0': [
      'lastSuccessReportTabletsTime',
      'lastStreamLoadTime',
      'isQueryDisabled',
      'isLoadDisabled',
      'isActive',
      'isShutdown',
      'currentFragmentNum',
      'lastFragmentUpdateTime',
    ],
  },
  {
    topic: 'a backend that reports its shutdown',
    seen: (stage) => {
      const host = stage.host('be4');
      stage.cluster.inject({ kind: 'running-queries', host, queries: 1 }, stage.nowMs());
      stage.cluster.stopBackend(host, { graceful: true }, stage.nowMs());
      stage.wait(11_000);
      const row = stage.rows('SHOW BACKENDS').find((each) => each[1] === host);
      return [row?.[9], /"isShutdown":true/.test(row?.[22] ?? '')];
    },
    '2.1': ['true', false],
    '4.0': ['true', true],
  },
  {
    topic: 'ids: a counter, or the clock',
    seen: (stage) => stage.backendId('be1')?.length,
    '2.1': 5,
    '4.0': 13,
  },
  {
    topic: 'columns of the queues of the scheduler',
    seen: (stage) => columnsOf(stage, "SHOW PROC '/cluster_balance/pending_tablets'").slice(6, 8),
    '2.1': ['Priority', 'SrcBe'],
    '4.0': ['Priority', 'RealPriorityVal'],
  },
  {
    topic: 'SHOW FRONTENDS DISKS in capitals',
    seen: (stage) => ['disks', 'DISKS'].map((word) => asked(stage, `SHOW FRONTENDS ${word}`)),
    '2.1': [
      'rows',
      '1105 HY000 errCode = 2, detailMessage = Show frontends with extra info only support show frontends disks',
    ],
    '4.0': ['rows', 'rows'],
  },
  {
    topic: 'the last columns of SHOW PARTITIONS',
    seen: (stage) => columnsOf(stage, 'SHOW PARTITIONS FROM shop.orders').slice(19),
    '2.1': ['UnsyncTables'],
    '4.0': ['UnsyncTables', 'CommittedVersion', 'RowCount'],
  },
  {
    topic: 'VisibleVersionCount of SHOW TABLETS',
    seen: (stage) => columnsOf(stage, 'SHOW TABLETS FROM shop.scratch').includes('VisibleVersionCount'),
    '2.1': false,
    '4.0': true,
  },
  {
    topic: 'columns of REPLICA DISTRIBUTION',
    seen: (stage) => columnsOf(stage, 'ADMIN SHOW REPLICA DISTRIBUTION FROM shop.orders').slice(7),
    '2.1': [],
    '4.0': ['CloudClusterName', 'CloudClusterId'],
  },
  {
    topic: 'REPLICA STATUS with a condition',
    seen: (stage) => asked(stage, "ADMIN SHOW REPLICA STATUS FROM shop.scratch WHERE STATUS != 'OK'"),
    '2.1': 'rows',
    '4.0': "1105 HY000 errCode = 2, detailMessage = \nmismatched input '!=' expecting EQ(line 1, pos 57)\n",
  },
  {
    topic: 'SHOW DATA FROM a database without a current one',
    seen: (stage) => asked(stage, 'SHOW DATA FROM shop'),
    '2.1': 'rows',
    '4.0': '1105 HY000 errCode = 2, detailMessage = No database selected',
  },
  {
    topic: 'columns of SHOW PROCESSLIST',
    seen: (stage) => columnsOf(stage, 'SHOW PROCESSLIST').slice(10),
    '2.1': ['QueryId', 'Info'],
    '4.0': ['QueryId', 'TraceId', 'Info', 'FE', 'CloudCluster'],
  },
  {
    topic: 'columns of SHOW GRANTS',
    seen: (stage) => columnsOf(stage, 'SHOW GRANTS').filter((name) => /Comment|Stage|Vault|Compute/.test(name)),
    '2.1': [],
    '4.0': ['Comment', 'CloudStagePrivs', 'StorageVaultPrivs', 'ComputeGroupPrivs'],
  },
  {
    topic: 'tables of information_schema',
    seen: (stage) => {
      const names = stage.rows('SHOW TABLES FROM information_schema').map((row) => row[0]);
      return [names.length, names.includes('processlist'), names.includes('backend_tablets')];
    },
    '2.1': [27, false, false],
    '4.0': [52, true, true],
  },
  {
    topic: 'tables of __internal_schema',
    seen: (stage) => stage.rows('SHOW TABLES FROM __internal_schema').map((row) => row[0]),
    '2.1': ['audit_log', 'column_statistics', 'histogram_statistics'],
    '4.0': ['audit_log', 'column_statistics', 'partition_statistics'],
  },
  {
    topic: 'SHOW COMPUTE GROUPS',
    seen: (stage) => asked(stage, 'SHOW COMPUTE GROUPS'),
    '2.1': parseError("mismatched input 'COMPUTE' expecting 'CONSTRAINTS'(line 1, pos 5)"),
    '4.0': '1105 HY000 errCode = 2, detailMessage = Command only support in cloud mode.',
  },
  {
    topic: 'DECOMMISSION that leaves too few backends',
    seen: (stage) => asked(stage, `ALTER SYSTEM DECOMMISSION BACKEND ${addresses(stage, 'be1', 'be2')}`),
    '2.1': 'ok',
    '4.0':
      '1105 HY000 errCode = 2, detailMessage = After decommission, partition <name> { tag.location.default: <number> } > available backend num 2 on tag {"location" : "default"}, otherwise need to decrease the partition\'s replication num.',
  },
  {
    topic: 'GET /api/check_decommission of too many',
    seen: (stage) =>
      codeOf(
        stage,
        `/api/check_decommission?host_ports=${['be1', 'be2'].map((be) => `${stage.host(be)}:9050`).join(',')}`,
      ),
    '2.1': 0,
    '4.0': 1,
  },
  {
    topic: 'a drain that is stuck, or was refused',
    cast: { ...CAST, backends: ['be1', 'be2', 'be3'] },
    seen: (stage) => {
      const answer = asked(stage, `ALTER SYSTEM DECOMMISSION BACKEND ${addresses(stage, 'be3')}`);
      if (answer !== 'ok') return 'refused';
      stage.wait(10 * 60_000);
      const idleSeconds = Array.from({ length: 20 }, () => isQueueEmpty(stage)).filter(Boolean).length;
      const row = stage.rows('SHOW BACKENDS').find((each) => each[1] === stage.host('be3'));
      const errors = stage.rows("SHOW PROC '/cluster_balance/history_tablets'").map((each) => each.at(-1));
      const health = stage.rows("SHOW PROC '/diagnose/cluster_balance'").map((each) => each[1]);
      return {
        decommissioned: row?.[10],
        holdsTablets: row?.[11] !== '0',
        isMostlyIdle: idleSeconds >= 15,
        error: errors.at(-1),
        tabletHealth: health[0],
        history: health[4],
      };
    },
    '2.1': {
      decommissioned: 'true',
      holdsTablets: true,
      isMostlyIdle: true,
      error: 'unable to find dest path for new replica',
      tabletHealth: 'WARNING',
      history: 'WARNING',
    },
    '4.0': 'refused',
  },
  {
    topic: 'all backends decommissioned',
    cast: { ...CAST, backends: ['be1', 'be2', 'be3'] },
    seen: (stage) => [
      asked(stage, `ALTER SYSTEM DECOMMISSION BACKEND ${addresses(stage, 'be1', 'be2', 'be3')}`).slice(0, 2),
      asked(
        stage,
        'CREATE TABLE shop.one (id INT) DISTRIBUTED BY HASH(id) BUCKETS 2 PROPERTIES ("replication_num"="1")',
      ),
      asked(stage, 'SELECT 1'),
    ],
    '2.1': [
      'ok',
      '1105 HY000 errCode = 2, detailMessage = System has no available disk capacity or no available BE nodes',
      'rows',
    ],
    '4.0': ['11', 'ok', 'rows'],
  },
  {
    topic: 'CANCEL DECOMMISSION by a user without any privilege',
    seen: (stage) => {
      stage.ask(`ALTER SYSTEM DECOMMISSION BACKEND ${addresses(stage, 'be4')}`);
      return asked(stage, `CANCEL DECOMMISSION BACKEND ${addresses(stage, 'be4')}`, 'plain');
    },
    '2.1': 'ok',
    '4.0': `1105 HY000 errCode = 2, detailMessage = ${DENIED} (Node_priv) privilege(s) for this operation`,
  },
  {
    topic: 'an id that is no number, a port that is none',
    seen: (stage) => ['DROPP BACKEND "abc"', 'ADD BACKEND "h:abc"'].map((rest) => asked(stage, `ALTER SYSTEM ${rest}`)),
    '2.1': [
      '1105 HY000 Unexpected exception: For input string: "abc"',
      '1105 HY000 errCode = 2, detailMessage = Unexpected exception: For input string: "abc"',
    ],
    '4.0': [
      '1105 HY000 errCode = 2, detailMessage = For input string: "abc"',
      '1105 HY000 errCode = 2, detailMessage = For input string: "abc"',
    ],
  },
  {
    topic: 'a syntax error in a statement that only the old grammar knows',
    seen: (stage) => asked(stage, 'ALTER SYSTEM DROP FRONTEND "h:9010"'),
    '2.1': parseError("no viable alternative at input 'ALTER SYSTEM'(line 1, pos 6)"),
    '4.0': "1105 HY000 errCode = 2, detailMessage = \nno viable alternative at input 'DROP FRONTEND'(line 1, pos 18)\n",
  },
  {
    topic: 'an unknown table',
    seen: (stage) =>
      ['SELECT * FROM shop.nosuch', 'SHOW PARTITIONS FROM shop.nosuch'].map((text) => asked(stage, text)),
    '2.1': [
      "1051 42S02 errCode = 2, detailMessage = Unknown table 'nosuch'",
      '1051 42S02 errCode = 7, detailMessage = unknown table, tableName=nosuch',
    ],
    '4.0': [
      '1105 HY000 errCode = 2, detailMessage = Table [nosuch] does not exist in database [shop].(line 1, pos 14)',
      '1105 HY000 errCode = 2, detailMessage = errCode = 7, detailMessage = table not found, tableName=nosuch',
    ],
  },
  {
    topic: 'an unknown PROC path, KILL of an unknown id',
    seen: (stage) => ["SHOW PROC '/nothing'", 'KILL 9999'].map((text) => asked(stage, text)),
    '2.1': [
      "5001 HY000 errCode = 2, detailMessage = Proc path '/nothing' doesn't exist",
      '1094 HY000 errCode = 2, detailMessage = Unknown thread id: 9999',
    ],
    '4.0': [
      "1105 HY000 errCode = 2, detailMessage = Proc path '/nothing' doesn't exist",
      '1105 HY000 errCode = 2, detailMessage = Unknown thread id: 9999',
    ],
  },
  {
    topic: 'access denied',
    seen: (stage) =>
      ['ALTER SYSTEM ADD BACKEND "h:9050"', 'SHOW PARTITIONS FROM shop.orders', 'SHOW TABLET STORAGE FORMAT'].map(
        (text) => asked(stage, text, 'plain'),
      ),
    '2.1': [
      `1227 42000 errCode = 2, detailMessage = ${DENIED} NODE privilege(s) for this operation`,
      "1142 42000 errCode = 2, detailMessage = SHOW PARTITIONS command denied to user 'plain'@'<host>' for table 'shop: orders'",
      "1045 28000 errCode = 2, detailMessage = Access denied for user 'SHOW TABLET STORAGE TYPE' (using password: plain)",
    ],
    '4.0': [
      `1105 HY000 errCode = 2, detailMessage = ${DENIED} (NODE) privilege(s) for this operation`,
      "1105 HY000 errCode = 2, detailMessage = SHOW PARTITIONS command denied to user 'plain'@'<host>' for table 'shop: orders'",
      `1105 HY000 errCode = 2, detailMessage = ${DENIED} (Admin_priv) privilege(s) for this operation`,
    ],
  },
  {
    topic: 'SHOW BACKENDS and SHOW FRONTENDS of a user without privileges',
    seen: (stage) => ['SHOW BACKENDS', 'SHOW FRONTENDS'].map((text) => asked(stage, text, 'plain')),
    '2.1': Array(2).fill(
      `1227 42000 errCode = 2, detailMessage = ${DENIED} ADMIN/OPERATOR privilege(s) for this operation`,
    ),
    '4.0': ['rows', 'rows'],
  },
  {
    topic: 'SHOW PROC with NODE_PRIV alone',
    seen: (stage) => asked(stage, "SHOW PROC '/backends'", 'nodeop'),
    '2.1': `1227 42000 errCode = 2, detailMessage = ${DENIED} ADMIN privilege(s) for this operation`,
    '4.0': 'rows',
  },
  {
    topic: 'SHOW CATALOG RECYCLE BIN and SHOW DATA of a user without privileges',
    seen: (stage) => ['SHOW CATALOG RECYCLE BIN', 'SHOW DATA'].map((text) => asked(stage, text, 'plain').slice(0, 4)),
    '2.1': ['rows', 'rows'],
    '4.0': ['1105', '1105'],
  },
  {
    topic: 'SELECT without an alive backend',
    cast: { ...CAST, backends: [] },
    seen: (stage) => ['SELECT 1', 'SELECT @@version_comment LIMIT 1'].map((text) => asked(stage, text)),
    '2.1': [
      'rows',
      '1105 HY000 errCode = 2, detailMessage = No backend available as scan node, please check the status of your backends.',
    ],
    '4.0': Array(2).fill(
      '1105 HY000 errCode = 2, detailMessage = No backend available as scan node, please check the status of your backends.',
    ),
  },
  {
    topic: 'version_comment',
    seen: (stage) => withoutNames(stage.rows('SELECT @@version_comment')[0]?.[0] ?? ''),
    '2.1': 'Doris version <version>',
    '4.0': 'doris version <version>',
  },
  {
    topic: 'ADMIN SET ... ALL in both forms',
    seen: (stage) =>
      [
        'ADMIN SET ALL FRONTENDS CONFIG ("max_balancing_tablets" = "100")',
        'ADMIN SET FRONTEND CONFIG ("max_balancing_tablets" = "100") ALL',
      ].map((text) => asked(stage, text)),
    '2.1': [parseError(NEREIDS_ADMIN), parseError(NEREIDS_ADMIN)],
    '4.0': ['ok', 'ok'],
  },
  {
    topic: 'ADMIN SET of an unquoted key',
    seen: (stage) => asked(stage, 'ADMIN SET FRONTEND CONFIG (max_balancing_tablets = 100)'),
    '2.1': parseError(NEREIDS_ADMIN),
    '4.0': 'ok',
  },
  {
    topic: 'SHOW BACKEND CONFIG',
    seen: (stage) => asked(stage, "SHOW BACKEND CONFIG LIKE 'clone_worker_count'"),
    '2.1': parseError("mismatched input 'BACKEND' expecting 'CONSTRAINTS'(line 1, pos 5)"),
    '4.0':
      "1105 HY000 errCode = 2, detailMessage = Can't get backend config, backendId: <id>, host: <host>. error: http://<host>:<port>/api/show_config",
  },
  {
    topic: 'defaults of the configuration',
    seen: (stage) =>
      ['decommission_tablet_check_threshold', 'enable_multi_tags', 'decommission_skip_leaky_tablet_second'].map(
        (key) => stage.rows(`ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`)[0]?.[1],
      ),
    '2.1': ['5000', 'false', undefined],
    '4.0': ['50000', 'true', '18000'],
  },
  {
    topic: 'HTTP: an unknown path',
    seen: (stage) => {
      const { status, body } = http(stage, '/nothing');
      return [status, /^\s*<html/i.test(body), /No static resource/.test(body)];
    },
    '2.1': [404, true, false],
    '4.0': [200, false, true],
  },
  {
    topic: 'HTTP: access denied',
    seen: (stage) => /the Admin_priv +privilege/.exec(http(stage, '/api/show_proc?path=/backends', 'plain').body)?.[0],
    '2.1': 'the Admin_priv  privilege',
    '4.0': 'the Admin_priv privilege',
  },
  {
    topic: 'HTTP: the node list for a user without privileges',
    seen: (stage) => codeOf(stage, '/rest/v2/manager/node/backends', 'plain'),
    '2.1': 401,
    '4.0': 0,
  },
  {
    topic: 'HTTP through a non-master: the password in the Location, or JSON in another shape',
    seen: (stage) => {
      const { status, headers, body } = http(stage, '/rest/v2/manager/node/backends', 'adm', FOLLOWER);
      return [status, /^http:\/\/adm:adm@/.test(headers['location'] ?? ''), /"code":"0"/.test(body)];
    },
    '2.1': [307, true, false],
    '4.0': [200, false, true],
  },
  {
    topic: 'HTTP: POST to a GET path',
    seen: (stage) => /Request method [^"]*/.exec(http(stage, '/api/health', 'root', MASTER, 'POST').body)?.[0],
    '2.1': "Request method 'POST' not supported",
    '4.0': "Request method 'POST' is not supported",
  },
  {
    topic: 'HTTP: node operations ask for no credentials',
    seen: (stage) => {
      const body = JSON.stringify({ hostPorts: ['127.0.0.98:9050'], properties: {} });
      http(stage, '/rest/v2/manager/node/ADD/be', undefined, MASTER, 'POST', body);
      return stage.rows('SHOW BACKENDS').some((row) => row[1] === '127.0.0.98');
    },
    '2.1': true,
    '4.0': true,
  },
  {
    topic: 'HTTP: /role of a stranger',
    seen: (stage) => /invalid client host: [^"]*/.exec(http(stage, '/role?host=x&port=1').body)?.[0],
    '2.1': 'invalid client host: 127.0.0.1',
    '4.0': 'invalid client host: null:null, request from 127.0.0.1',
  },
  {
    topic: 'types of metrics',
    seen: (stage) => {
      const text = stage.cluster.frontendMetrics(stage.host(MASTER), stage.nowMs()) ?? '';
      const types = new Set(Array.from(text.matchAll(/^# TYPE +(\S+)/gm), ([, name]) => name));
      return [
        types.size,
        types.has('doris_fe_query_slow'),
        types.has('doris_workload_group_query_detail'),
        types.has('doris_fe_cache_hit'),
        types.has('doris_fe_scheduled_tablet_num'),
      ];
    },
    '2.1': [56, false, false, true, true],
    '4.0': [137, true, true, false, true],
  },
  {
    topic: 'a write without a majority of followers',
    seen: (stage) => {
      stage.cluster.killFrontend(stage.host(FOLLOWER), stage.nowMs());
      stage.wait(11_000);
      const answer = stage.ask('ALTER SYSTEM ADD BACKEND "127.0.0.62:9050"');
      if (answer.kind !== 'pending') return answer.kind;
      stage.wait(15_000);
      const isVisible = stage.rows('SHOW BACKENDS').some((row) => row[1] === '127.0.0.62');
      stage.wait(80_000);
      return [isVisible, described(answer.poll(stage.nowMs()) ?? answer)];
    },
    '2.1': [false, 'close'],
    '4.0': [true, 'pending'],
  },
  {
    topic: 'a dropped FE that still runs',
    seen: (stage) => {
      stage.ask(`ALTER SYSTEM DROP FOLLOWER "${stage.host(FOLLOWER)}:9010"`);
      const answer = described(stage.ask('SHOW FRONTENDS', { of: FOLLOWER }));
      stage.wait(120_000);
      const found = stage.cluster.frontends().find(({ host }) => host === stage.host(FOLLOWER));
      return [answer, found?.running];
    },
    '2.1': [
      '1105 HY000 TApplicationException, msg: org.apache.thrift.TApplicationException: Internal error processing forward',
      true,
    ],
    '4.0': ['1105 HY000 TApplicationException, msg: Internal error processing forward', false],
  },
  {
    topic: 'a dropped observer ends itself',
    seen: (stage) => {
      stage.ask(`ALTER SYSTEM DROP OBSERVER "${stage.host(OBSERVER)}:9010"`);
      stage.wait(6000);
      return stage.cluster.frontends().find(({ host }) => host === stage.host(OBSERVER))?.running;
    },
    '2.1': false,
    '4.0': false,
  },
  {
    topic: 'the master of three followers is killed: what its followers say first',
    cast: { ...CAST, followers: [MASTER, FOLLOWER, 'third'] },
    seen: (stage) => {
      stage.cluster.killFrontend(stage.host(MASTER), stage.nowMs());
      stage.wait(100);
      const first = described(stage.ask('SHOW FRONTENDS', { of: FOLLOWER }));
      const second = described(stage.ask('SHOW BACKENDS', { of: FOLLOWER }));
      stage.wait(2500);
      return [first, second, described(stage.ask('SHOW FRONTENDS', { of: FOLLOWER }))];
    },
    '2.1': [
      '1105 HY000 ForwardToMasterException, msg: org.apache.doris.qe.MasterOpExecutor$ForwardToMasterException: forward to master FE TNetworkAddress(hostname:<host>, port:<port>), statement id: <number> : failed, cause: Unknown exception, java.net.SocketException: Connection reset',
      '1105 HY000 Exception, msg: java.net.ConnectException: Connection refused',
      'rows',
    ],
    '4.0': [
      '1105 HY000 ForwardToMasterException, msg: forward to master FE TNetworkAddress(hostname:<host>, port:<port>), statement id: <number> : failed, cause: Unknown exception, java.net.SocketException: Connection reset',
      '1105 HY000 Exception, msg: Failed to get master client.',
      'rows',
    ],
  },
  {
    topic: 'a drain with all other disks 90 % full',
    seen: (stage) => {
      for (const be of ['be1', 'be2', 'be3']) {
        stage.cluster.inject({ kind: 'full-disk', host: stage.host(be), usedRatio: 0.9 }, stage.nowMs());
      }
      stage.wait(61_000);
      stage.ask(`ALTER SYSTEM DECOMMISSION BACKEND ${addresses(stage, 'be4')}`);
      stage.wait(15 * 60_000);
      const [total] = stage.rows("SHOW PROC '/cluster_health/tablet_health'").slice(-1);
      return {
        tablets: stage.rows('SHOW BACKENDS').find((row) => row[1] === stage.host('be4'))?.[11] ?? 'drained',
        isIdle: isQueueEmpty(stage),
        allHealthy: total?.[2] === total?.[3],
        diagnosis: stage.rows("SHOW PROC '/diagnose/cluster_balance'")[0]?.[1],
      };
    },
    '2.1': { tablets: '4', isIdle: true, allHealthy: true, diagnosis: 'OK' },
    '4.0': { tablets: 'drained', isIdle: true, allHealthy: true, diagnosis: 'OK' },
  },
];

describe.each(['2.1', '4.0'] as const)('what an autoscaler sees of Doris %s', (version) => {
  it.each(TABLE)('$topic', ({ cast = CAST, seen, ...expected }) => {
    expect(seen(openStage(version, cast), version)).toEqual(expected[version]);
  });
});

function asked(stage: Stage, text: string, user = 'root'): string {
  return described(stage.ask(text, { user }));
}

function described(answer: SqlAnswer | ReturnType<typeof prepare>): string {
  return answer.kind === 'error'
    ? `${String(answer.errno)} ${answer.sqlState} ${withoutNames(answer.message)}`
    : answer.kind;
}

function columnsOf(stage: Stage, text: string): readonly string[] {
  const answer = stage.ask(text);
  return answer.kind === 'rows' ? answer.columns.map(({ name }) => name) : [described(answer)];
}

/** Nothing pending, nothing running; a second passes. */
function isQueueEmpty(stage: Stage): boolean {
  stage.wait(1000);
  const counts = new Map(stage.rows("SHOW PROC '/cluster_balance'").map(([item, count]) => [item, count]));
  return counts.get('pending_tablets') === '0' && counts.get('running_tablets') === '0';
}

function statusKeys(stage: Stage): readonly string[] {
  const at = columnsOf(stage, 'SHOW BACKENDS').indexOf('Status');
  return Object.keys(JSON.parse(stage.rows('SHOW BACKENDS')[0]?.[at] ?? '{}') as object);
}

function addresses(stage: Stage, ...backends: readonly string[]): string {
  return backends.map((backend) => `"${stage.host(backend)}:9050"`).join(', ');
}

function http(
  stage: Stage,
  pathAndQuery: string,
  user: string | undefined = 'root',
  of = MASTER,
  method = 'GET',
  body = '',
) {
  const { pathname, searchParams } = new URL(pathAndQuery, 'http://frontend');
  const password = user === 'root' ? '' : (user ?? '');
  return stage.cluster.http(
    stage.host(of),
    {
      method,
      path: pathname,
      query: searchParams,
      authorization: user === undefined ? undefined : { user, password },
      body,
    },
    stage.nowMs(),
  );
}

function codeOf(stage: Stage, pathAndQuery: string, user?: string): unknown {
  return (JSON.parse(http(stage, pathAndQuery, user).body) as { readonly code: unknown }).code;
}
