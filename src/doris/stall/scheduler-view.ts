import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { MoveTrouble, SchedulerView, TabletMove } from '../../domain/stall.ts';
import { type Row, readRows } from '../parse/rows.ts';
import { parseId, parseInteger, parseSize } from '../parse/values.ts';
import { readCounts } from '../read/migration.ts';
import { parseFrontendTime } from '../parse/fe-time.ts';

const QUEUES = ['pending', 'running', 'history'] as const;
/** A failure is told for so long; a tablet without a target is queued again every 20 s. */
const RECENT_MS = 15 * 60_000;
/** Cloned well so often within the history, a tablet is moved in circles. */
const CIRCLES = 3;
/** A drain's own tablets wait with LOW and NORMAL, colocated ones aside. */
const URGENT: ReadonlySet<string> = new Set(['HIGH', 'VERY_HIGH']);
const MOST_MOVES = 100;
const MOST_TROUBLES = 5;
const ERROR_LENGTH = 2000;

interface Task extends TabletMove {
  readonly isRepair: boolean;
  readonly isUrgent: boolean;
  readonly state: string;
  readonly copies: boolean;
  readonly endedAt: number | undefined;
  readonly newestAt: number | undefined;
}

/**
 * The scheduler's queues and its history of at most 1,000 rows each, from the master. `feNowMs` is the newest time that the FE
 * printed elsewhere, in its own zone.
 */
export async function readSchedulerView(
  session: FrontendSession,
  feNowMs: number | undefined,
  deadlineMs: number,
): Promise<SchedulerView> {
  const counts = await readCounts(session, deadlineMs);
  const queues: Record<string, readonly (readonly [Row, Times])[]> = {};
  for (const queue of QUEUES) {
    const statement = `SHOW PROC '/cluster_balance/${queue}_tablets'`;
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    queues[queue] = rows.map((row) => [row, timesOf(row)] as const);
  }
  const newestAt = latest(Object.values(queues).flatMap((rows) => rows.map(([, { newestAt: at }]) => at)));
  const nowMs = latest([feNowMs, newestAt]);
  const tasks = (queue: (typeof QUEUES)[number]): readonly Task[] =>
    (queues[queue] ?? []).map(([row, times]) => readTask(row, times, nowMs));
  const [pending, running, history] = [tasks('pending'), tasks('running'), tasks('history')];
  const repairs = (all: readonly Task[]): readonly Task[] => all.filter(({ isRepair }) => isRepair);
  const isRecent = ({ endedAt }: Task): boolean =>
    nowMs === undefined || endedAt === undefined || nowMs - endedAt <= RECENT_MS;
  return {
    ...counts,
    listed: pending.length,
    urgent: repairs(pending).filter(({ isUrgent }) => isUrgent).length,
    moves: repairs(running).slice(0, MOST_MOVES).map(moveOf),
    waits: troubles(repairs(pending).filter(({ code }) => code !== 'WAITING_SLOT')),
    failures: troubles(repairs(history).filter((task) => task.state === 'CANCELLED' && isRecent(task))),
    repeated: repeated(repairs(history).filter((task) => task.state === 'FINISHED' && task.copies)),
    idleMs: newestAt === undefined || nowMs === undefined ? undefined : nowMs - newestAt,
  };
}

interface Times {
  readonly beganAt: number | undefined;
  readonly endedAt: number | undefined;
  /** The scheduler's last touch; that a tablet was queued by the checker is none. */
  readonly newestAt: number | undefined;
}

function timesOf(row: Row): Times {
  const beganAt = row.optional('LstSched', parseFrontendTime);
  const visitedAt = row.optional('LstVisit', parseFrontendTime);
  const endedAt = row.optional('Finished', parseFrontendTime);
  return { beganAt, endedAt, newestAt: latest([beganAt, visitedAt, endedAt]) };
}

function readTask(row: Row, { beganAt, endedAt, newestAt }: Times, nowMs: number | undefined): Task {
  const error = row.optionalText('ErrMsg') ?? '';
  return {
    isRepair: row.text('Type') === 'REPAIR',
    isUrgent: URGENT.has(row.text('Priority')),
    state: row.text('State'),
    tablet: row.value('TabletId', parseId),
    medium: row.optionalText('Medium'),
    code: row.text('SchedCode'),
    sourceId: row.text('SrcBe'),
    bytes: row.value('ReplicaSize', parseSize),
    timeoutMs: row.value('Timeout', parseInteger),
    ageMs: nowMs === undefined || beganAt === undefined ? undefined : Math.max(0, nowMs - beganAt),
    failedRunning: row.value('FailedRunning', parseInteger),
    error: error.length > ERROR_LENGTH ? error.slice(0, ERROR_LENGTH) : error,
    copies: row.text('DestBe') !== '-1',
    endedAt,
    newestAt,
  };
}

function moveOf(task: Task): TabletMove {
  const { tablet, medium, code, sourceId, bytes, timeoutMs, ageMs, failedRunning, error } = task;
  return { tablet, medium, code, sourceId, bytes, timeoutMs, ageMs, failedRunning, error };
}

function troubles(tasks: readonly Task[]): readonly MoveTrouble[] {
  const byError = new Map<string, Map<string, Task>>();
  for (const task of tasks) {
    if (task.error === '') continue;
    // Numbers of transactions and of backends make every text its own.
    const kind = task.error.replace(/\d{3,}/g, 'N');
    const same = byError.get(kind) ?? new Map<string, Task>();
    byError.set(kind, same.set(task.tablet, task));
  }
  return [...byError.values()]
    .map((same) => {
      const [largest, ...rest] = [...same.values()].toSorted((a, b) => b.bytes - a.bytes);
      return largest === undefined
        ? undefined
        : { error: largest.error, tablets: rest.length + 1, example: moveOf(largest) };
    })
    .filter((each) => each !== undefined)
    .toSorted((a, b) => b.tablets - a.tablets)
    .slice(0, MOST_TROUBLES);
}

function repeated(copies: readonly Task[]): SchedulerView['repeated'] {
  const times = new Map<string, number>();
  for (const { tablet } of copies) times.set(tablet, (times.get(tablet) ?? 0) + 1);
  return [...times]
    .filter(([, count]) => count >= CIRCLES)
    .map(([tablet, count]) => ({ tablet, times: count }))
    .toSorted((a, b) => b.times - a.times)
    .slice(0, MOST_TROUBLES);
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  let newest: number | undefined;
  for (const at of times) if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  return newest;
}
