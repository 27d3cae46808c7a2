import type { Known } from '../../domain/known.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type {
  ColocateTrouble,
  OpenTransactions,
  RecycleBin,
  SchedulerView,
  StallEvidence,
} from '../../domain/stall.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readDisks } from '../evidence/disks.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRows } from '../parse/rows.ts';
import { parseBoolean, parseInteger } from '../parse/values.ts';
import { readConfig, readConfigs } from '../read/configs.ts';
import { parseFrontendTime } from './fe-time.ts';
import { readSchedulerView } from './scheduler-view.ts';

const RECYCLE_BIN = 'SHOW CATALOG RECYCLE BIN';
const TRANSACTIONS = "SHOW PROC '/transactions'";
const COLOCATE = "SHOW PROC '/colocation_group'";
const JOBS = "SHOW PROC '/jobs/-1'";
const NAMES = 5;
const CONFIGS = [
  'disable_tablet_scheduler',
  'disable_colocate_balance',
  'max_scheduling_tablets',
  'max_clone_task_timeout_sec',
  'decommission_tablet_check_threshold',
  'decommission_skip_leaky_tablet_second',
];

/**
 * What the FE shows of a drain that stands still, over one connection to the master; no tablet is walked. Each part alone
 * becomes unknown when it cannot be read.
 */
export async function readStallEvidence(
  session: FrontendSession,
  group: string,
  deadlineMs: number,
): Promise<StallEvidence> {
  const backends = await session.execute(SHOW_BACKENDS, { deadlineMs });
  const beats = readRows(SHOW_BACKENDS, backends).map((row) => row.optional('LastHeartbeat', parseFrontendTime));
  const feNowMs = beats.reduce((newest, at) => (newest === undefined || (at ?? 0) > newest ? at : newest), undefined);
  const ofGroup = parseBackends(backends).filter((backend) => backend.group === group);
  const scheduler = await known(() => readSchedulerView(session, feNowMs, deadlineMs));
  return {
    configs: await known(() => readConfigs(session, CONFIGS, deadlineMs)),
    scheduler,
    tableOfTablet: scheduler.known ? await readTablesOf(session, namedIn(scheduler.value), deadlineMs) : {},
    recycleBin: await known(() => readRecycleBin(session, feNowMs, deadlineMs)),
    transactions: await known(() => readTransactions(session, deadlineMs)),
    colocate: await known(() => readColocate(session, deadlineMs)),
    disks: await known(() => readDisks(session, ofGroup, deadlineMs)),
  };
}

function namedIn({ moves, waits, failures, repeated }: SchedulerView): readonly string[] {
  const oldest = moves.toSorted((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0)).slice(0, 1);
  const named = [
    ...oldest.map(({ tablet }) => tablet),
    ...[...waits, ...failures].map(({ example }) => example.tablet),
    ...repeated.slice(0, 1).map(({ tablet }) => tablet),
  ];
  return [...new Set(named)].slice(0, 2 * NAMES);
}

/** A tablet that the FE does not know any more is left out. */
async function readTablesOf(
  session: FrontendSession,
  tablets: readonly string[],
  deadlineMs: number,
): Promise<Readonly<Record<string, string>>> {
  const tables: Record<string, string> = {};
  for (const tablet of tablets) {
    const statement = `SHOW TABLET ${tablet}`;
    const found = await known(async () => readRows(statement, await session.execute(statement, { deadlineMs })));
    const row = found.known ? found.value[0] : undefined;
    const database = row?.optionalText('DbName')?.replace(/^default_cluster:/, '');
    const table = row?.optionalText('TableName');
    if (database !== undefined && table !== undefined) tables[tablet] = `${database}.${table}`;
  }
  return tables;
}

async function readRecycleBin(
  session: FrontendSession,
  feNowMs: number | undefined,
  deadlineMs: number,
): Promise<RecycleBin> {
  const rows = readRows(RECYCLE_BIN, await session.execute(RECYCLE_BIN, { deadlineMs }));
  const dropped = rows
    .map((row) => ({ name: row.text('Name'), at: row.optional('DropTime', parseFrontendTime) }))
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
  const keep = await readConfig(session, 'catalog_trash_expire_second', deadlineMs);
  const keepMs = 1000 * (parseInteger(keep ?? '') ?? NaN);
  const newestAt = dropped[0]?.at;
  const leftMs = newestAt === undefined || feNowMs === undefined ? NaN : newestAt + keepMs - feNowMs;
  return {
    entries: rows.length,
    names: dropped.slice(0, NAMES).map(({ name }) => name),
    emptyInMs: Number.isNaN(leftMs) ? undefined : Math.max(0, leftMs),
  };
}

async function readTransactions(session: FrontendSession, deadlineMs: number): Promise<readonly OpenTransactions[]> {
  return readRows(TRANSACTIONS, await session.execute(TRANSACTIONS, { deadlineMs }))
    .filter((row) => row.text('DbName') !== 'Total')
    .map((row) => ({
      database: row.text('DbName').replace(/^default_cluster:/, ''),
      running: row.value('RunningTransactionNum', parseInteger),
    }))
    .filter(({ running }) => running > 0);
}

async function readColocate(session: FrontendSession, deadlineMs: number): Promise<readonly ColocateTrouble[]> {
  return readRows(COLOCATE, await session.execute(COLOCATE, { deadlineMs }))
    .filter((row) => !row.value('IsStable', parseBoolean))
    .map((row) => ({
      group: row.text('GroupName').replace(/^default_cluster:/, ''),
      error: row.optionalText('ErrorMsg') ?? '',
    }));
}

/** Load jobs that the FE counts as cancelled since it knows them, of all databases. */
export async function readCancelledLoads(session: FrontendSession, deadlineMs: number): Promise<number> {
  const rows = readRows(JOBS, await session.execute(JOBS, { deadlineMs }));
  const load = rows.find((row) => row.text('JobType') === 'load');
  if (load === undefined) throw new DorisBadAnswer(`${JOBS}: column JobType has no load`);
  return load.value('Cancelled', parseInteger);
}

async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
