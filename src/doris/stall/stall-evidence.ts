import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { SchedulerView, StallEvidence } from '../../domain/stall.ts';
import { DorisBadAnswer } from '../errors.ts';
import { masterNow } from '../evidence/clocks.ts';
import { readDisks } from '../evidence/disks.ts';
import { readUnstableColocateGroups } from '../evidence/health.ts';
import { readRecycleBin } from '../evidence/recycle-bin.ts';
import { readRunningLoads } from '../evidence/transactions.ts';
import type { MasterSession } from '../master/master.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger } from '../parse/values.ts';
import { readConfigs } from '../read/configs.ts';
import { known } from '../read/known.ts';
import { readSchedulerView } from './scheduler-view.ts';

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
  { session, list }: MasterSession,
  group: string,
  deadlineMs: number,
): Promise<StallEvidence> {
  const backends = await session.execute(SHOW_BACKENDS, { deadlineMs });
  const nowMs = masterNow(list, backends);
  const ofGroup = parseBackends(backends).filter((backend) => backend.group === group);
  const scheduler = await known(() => readSchedulerView(session, nowMs, deadlineMs));
  return {
    configs: await known(() => readConfigs(session, CONFIGS, deadlineMs)),
    scheduler,
    tableOfTablet: scheduler.known ? await readTablesOf(session, namedIn(scheduler.value), deadlineMs) : {},
    recycleBin: await known(() => readRecycleBin(session, nowMs, deadlineMs)),
    transactions: await known(() => readRunningLoads(session, deadlineMs)),
    colocate: await known(() => readUnstableColocateGroups(session, deadlineMs)),
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

/** Load jobs that the FE counts as cancelled since it knows them, of all databases. */
export async function readCancelledLoads(session: FrontendSession, deadlineMs: number): Promise<number> {
  const rows = readRows(JOBS, await session.execute(JOBS, { deadlineMs }));
  const load = rows.find((row) => row.text('JobType') === 'load');
  if (load === undefined) throw new DorisBadAnswer(`${JOBS}: column JobType has no load`);
  return load.value('Cancelled', parseInteger);
}
