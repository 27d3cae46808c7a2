import type { OperationProgress, StepRecord } from '../../domain/operation.ts';
import type { Backend, Topology } from '../../domain/topology.ts';
import { diagnose } from './diagnose.ts';
import type { Look } from '../facts.ts';
import { backendIn, isGone, nodeOf, seenTwice } from '../nodes.ts';
import { numberIn, recordOf, textIn } from '../steps/records.ts';
import type { Context, Verdict } from '../steps/step.ts';
import { waitedForWindowMs } from '../steps/window-wait.ts';
import { bytesText, comingText, countText, durationText, timeText } from '../text.ts';

/** Progress is written down at most this often, so that a drain of hours does not wear the disk. */
const NOTE_EVERY_MS = 60_000;
/** A backend that has not lost a tablet for so long is asked what it still holds. */
const RESIDUAL_AFTER_MS = 60_000;
/** Above so many tablets the FE does not look into its recycle bin either (2.x, 3.0). */
const RESIDUAL_BELOW = 5000;
/** So much moved: finishing is nearer than going back. */
const NEARLY_DONE = 0.9;
const SCHEDULER_KEYS = ['disable_tablet_scheduler', 'disable_balance', 'disable_colocate_balance'] as const;

/** Watches a leaving backend: TabletNum falls, stands still, or has reached what never moves, seen twice. */
export function watchDrain(context: Context, record: StepRecord): Verdict {
  const { facts, now } = context;
  if (!facts.topology.known) return { is: 'waiting', reason: unreadable(facts.topology.reason) };
  const row = backendIn(facts.topology.value, context);
  if (row === undefined) {
    if (isGone(context) && numberIn(record.data, 'lowest') === 0) {
      return done(context, record, 'the FE has dropped it: it was empty');
    }
    return { is: 'waiting', reason: `${nodeOf(context) ?? 'it'} was missing in one look` };
  }
  const start = numberIn(record.data, 'tabletsAtStart');
  if (start === undefined) return firstNote(row, now);
  if (isDrained(context)) return done(context, record, drainedText(row));

  const lowest = numberIn(record.data, 'lowest') ?? start;
  const fell = row.tablets < lowest;
  const standingMs = fell ? 0 : now - (numberIn(record.data, 'lowestAt') ?? now);
  const progress = progressOf(context, record, row);
  const stalledAt = numberIn(record.data, 'stalledAt');
  const notedAt = numberIn(record.data, 'notedAt') ?? 0;
  const noteEveryMs = Math.min(NOTE_EVERY_MS, context.policy.operations.stallAfterMs / 4);
  if (fell && (now - notedAt >= noteEveryMs || row.tablets === 0 || stalledAt !== undefined)) {
    return {
      is: 'note',
      data: {
        lowest: row.tablets,
        lowestAt: now,
        notedAt: now,
        stalledAt: null,
        throttled: false,
        bytesLeft: row.dataUsedBytes,
      },
      detail: progress.text,
      progress,
    };
  }
  if (standingMs >= context.policy.operations.stallAfterMs) return stalled(context, record, row, standingMs, progress);
  return {
    is: 'waiting',
    reason: drainingText(context, progress),
    pollMs: pollMs(context, row, standingMs, progress),
    progress,
  };
}

/** Empty, or left with what only the recycle bin and leaky entries hold, in two looks. */
export function isDrained(context: Context): boolean {
  const residual = context.facts.residual.known ? context.facts.residual.value : 0;
  return seenTwice(context, (topology) => {
    const row = backendIn(topology, context);
    return row !== undefined && row.decommissioned && row.tablets <= residual;
  });
}

/** Share of its bytes that has left; tablets have to agree, since the two figures come from different reports. */
export function movedRatio(context: Context): number {
  const record = recordOf(context.operation, context.index, 'drain');
  if (record === undefined) return 0;
  if (record.state === 'done') return 1;
  const { topology } = context.facts;
  const row = topology.known ? backendIn(topology.value, context) : undefined;
  if (row === undefined) return 0;
  return ratioOf(record, row);
}

export function isNearlyDone(context: Context): boolean {
  return movedRatio(context) >= NEARLY_DONE;
}

export function drainLooks(context: Context): readonly Look[] {
  const node = nodeOf(context);
  const record = recordOf(context.operation, context.index, 'drain');
  const { topology } = context.facts;
  const row = topology.known ? backendIn(topology.value, context) : undefined;
  if (node === undefined || row === undefined) return [];
  const lowest = numberIn(record?.data ?? {}, 'lowest');
  const standingMs = context.now - (numberIn(record?.data ?? {}, 'lowestAt') ?? context.now);
  const { stallAfterMs } = context.policy.operations;
  const looks: Look[] = [];
  const passed = record?.state === 'done';
  if (
    row.tablets > 0 &&
    row.tablets < RESIDUAL_BELOW &&
    (passed || (lowest === row.tablets && standingMs >= Math.min(RESIDUAL_AFTER_MS, stallAfterMs / 2)))
  ) {
    looks.push({ fact: 'residual', node });
  }
  if (!passed && standingMs >= stallAfterMs / 2) {
    looks.push({ fact: 'migration' }, { fact: 'configs', keys: [...SCHEDULER_KEYS] });
    if (row.tablets > 0 && row.tablets < RESIDUAL_BELOW) looks.push({ fact: 'tables', node });
  }
  return looks;
}

function stalled(
  context: Context,
  record: StepRecord,
  row: Backend,
  standingMs: number,
  progress: OperationProgress,
): Verdict {
  const { operations, windows } = context.policy;
  const node = row.address;
  const why = diagnose(context, row);
  if (operations.onStall === 'cancel') {
    return {
      is: 'turn',
      end: 'cancelled',
      reason: `${node} stood still at ${countText(row.tablets)} tablets for ${durationText(standingMs)}: ${why.cause}`,
    };
  }
  if (numberIn(record.data, 'stalledAt') === undefined) {
    const deadline = comingText(deadlineAt(context), windows.timezone, context.now);
    const next: Record<'wait' | 'throttle' | 'ask', string> = {
      wait: `now    waiting (onStall: wait), cancelled on ${deadline} at the latest`,
      throttle: `now    going on at the speed outside windows (onStall: throttle), cancelled on ${deadline} at the latest`,
      ask: `now    waiting for an answer; cancelled on ${deadline} if none comes (onStall: ask)`,
    };
    return {
      is: 'note',
      data: { stalledAt: context.now, diagnosis: why.cause, throttled: operations.onStall === 'throttle' },
      detail: why.cause,
      progress,
      notice: {
        event: 'operation-stalled',
        title: `remove-backend ${node} stands still: ${countText(row.tablets)} tablets for ${durationText(standingMs)}`,
        lines: [
          `why    ${why.cause}`,
          next[operations.onStall],
          `you    ${why.mend}, or: doris-autoscaler cancel ${context.operation.id}`,
        ],
      },
    };
  }
  const reason = `${node} stands still: ${countText(row.tablets)} tablets for ${durationText(standingMs)}; ${textIn(record.data, 'diagnosis') ?? why.cause}`;
  return { is: 'waiting', reason, pollMs: 10_000, progress };
}

/** Wall instant at which the operation is given up, if it waits for no window until then. */
export function deadlineAt({ operation, now }: Pick<Context, 'operation' | 'now'>): number {
  return (operation.startedAt ?? operation.createdAt) + operation.deadlineMs + waitedForWindowMs(operation, now);
}

function firstNote(row: Backend, now: number): Verdict {
  return {
    is: 'note',
    detail: `${countText(row.tablets)} tablets, ${bytesText(row.dataUsedBytes)} to move`,
    data: {
      node: row.address,
      tabletsAtStart: row.tablets,
      bytesAtStart: row.dataUsedBytes,
      lowest: row.tablets,
      lowestAt: now,
      notedAt: now,
    },
  };
}

function done(context: Context, record: StepRecord, detail: string): Verdict {
  return {
    is: 'done',
    detail,
    data: {
      lowest: 0,
      movedBytes: numberIn(record.data, 'bytesAtStart') ?? 0,
      drainMs: context.now - record.startedAt,
    },
  };
}

function drainedText(row: Backend): string {
  return row.tablets === 0
    ? 'it holds no tablet any more'
    : `the ${countText(row.tablets)} tablets left belong to the recycle bin or to nothing`;
}

function ratioOf(record: StepRecord, row: Backend): number {
  const tablets = numberIn(record.data, 'tabletsAtStart') ?? row.tablets;
  const bytes = numberIn(record.data, 'bytesAtStart') ?? 0;
  const byTablets = tablets === 0 ? 1 : 1 - row.tablets / tablets;
  const byBytes = bytes === 0 ? byTablets : 1 - row.dataUsedBytes / bytes;
  return Math.max(0, Math.min(1, byTablets, byBytes));
}

function progressOf(context: Context, record: StepRecord, row: Backend): OperationProgress {
  const start = numberIn(record.data, 'tabletsAtStart') ?? row.tablets;
  const perMs = tabletsPerMs(context, record, row, start);
  const estimatedEndAt = perMs === undefined ? undefined : Math.round(context.now + row.tablets / perMs);
  const left = `${countText(row.tablets)} of ${countText(Math.max(start, row.tablets))} tablets left`;
  const end =
    estimatedEndAt === undefined ? '' : `, done about ${timeText(estimatedEndAt, context.policy.windows.timezone)}`;
  const targets = context.operation.targets.length;
  return {
    ratio: (context.index + ratioOf(record, row)) / targets,
    tabletsRemaining: row.tablets,
    bytesRemaining: row.dataUsedBytes,
    estimatedEndAt,
    text: left + end,
  };
}

/** Over the last minutes, else since the drain began. */
function tabletsPerMs(context: Context, record: StepRecord, row: Backend, start: number): number | undefined {
  const oldest = context.facts.samples.find((sample) => sample.node === row.address);
  const recent = slope(oldest?.tablets, oldest?.at, row.tablets, context.now);
  return recent ?? slope(start, record.startedAt, row.tablets, context.now);
}

function slope(from: number | undefined, fromAt: number | undefined, to: number, at: number): number | undefined {
  if (from === undefined || fromAt === undefined || at - fromAt < 20_000 || to >= from) return undefined;
  return (from - to) / (at - fromAt);
}

/** A second apart towards the end, half a second once it was seen empty, slower in a long drain. */
function pollMs(context: Context, row: Backend, standingMs: number, progress: OperationProgress): number {
  if (row.tablets === 0) return 500;
  if (progress.estimatedEndAt === undefined) return standingMs < 300_000 ? 1000 : 10_000;
  return Math.min(10_000, Math.max(1000, (progress.estimatedEndAt - context.now) / 20));
}

function drainingText(context: Context, progress: OperationProgress): string {
  const { window } = context.facts;
  if (window.open || context.policy.windows.onClose === 'finish') return progress.text;
  const speed = context.policy.windows.onClose === 'throttle' ? ' at the speed outside windows' : '';
  return `${progress.text}; the window is closed, it goes on${speed}`;
}

function unreadable(reason: string): string {
  return `the cluster could not be read: ${reason}`;
}

/** Disks of the backends that stay, fullest first. */
export function fullestSurvivor(topology: Topology, context: Context): Backend | undefined {
  const leaving = nodeOf(context);
  return topology.backends
    .filter(
      (backend) => backend.group === context.operation.group && backend.address !== leaving && !backend.decommissioned,
    )
    .toSorted((a, b) => b.maxDiskUsedRatio - a.maxDiskUsedRatio)[0];
}
