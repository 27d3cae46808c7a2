import type { JsonValue, OperationProgress, StepRecord } from '../../domain/operation.ts';
import type { Backend, Topology } from '../../domain/topology.ts';
import { backendIn, isGone, nodeOf } from '../nodes.ts';
import { deadlineAt } from '../steps/deadline.ts';
import { numberIn } from '../steps/records.ts';
import type { Context, Verdict } from '../steps/step.ts';
import { bytesText, countText, durationText, percentText, timeText } from '../text.ts';
import { fullestSurvivor, isDrained } from './drained.ts';
import { endText, progressOf } from './progress.ts';
import { keepSample, samplesIn } from './samples.ts';
import { MOVING, plateauText, stalled } from './stalled.ts';

/** A sample is written down as often as its age deserves, so that a drain of hours does not wear the disk. */
const NOTE_LEAST_MS = 10_000;
const NOTE_MOST_MS = 300_000;
/** What does not move is no stall before it was asked why: a plateau, or what ends by itself, would be taken for one. */
const UNREAD_MS = 600_000;

/**
 * Watches a leaving backend:
 *
 *     moving <-> standing -> plateau   (large tablets on their way)
 *        |          \-----> stalled    (operations.stallAfter without a tablet less: cause, notice, onStall)
 *        +----------------> drained    (empty, or left with what never moves, in two looks)
 *
 * Samples, the lowest TabletNum and the cause are in the step's data, so that a restart goes on where it was.
 */
export function watchDrain(context: Context, record: StepRecord): Verdict {
  const { facts, now, policy } = context;
  if (!facts.topology.known)
    return { is: 'waiting', reason: `the cluster could not be read: ${facts.topology.reason}` };
  const row = backendIn(facts.topology.value, context);
  if (row === undefined) {
    if (isGone(context) && numberIn(record.data, 'lowest') === 0) {
      return done(context, record, 'the FE has dropped it: it was empty');
    }
    return { is: 'waiting', reason: `${nodeOf(context) ?? 'it'} was missing in one look` };
  }
  const start = numberIn(record.data, 'tabletsAtStart');
  if (start === undefined) return firstNote(context, facts.topology.value, row);
  if (isDrained(context)) return done(context, record, drainedText(row));

  const fell = row.tablets < (numberIn(record.data, 'lowest') ?? start);
  const standingMs = fell ? 0 : now - (numberIn(record.data, 'lowestAt') ?? now);
  const progress = progressOf(context, record, row);
  const wasStalled = numberIn(record.data, 'stalledAt') !== undefined;
  if (fell && (wasStalled || row.tablets === 0)) return note(context, record, row, progress);
  const overMs = standingMs - policy.operations.stallAfterMs;
  if (overMs >= 0 && !wasStalled && row.tablets > 0 && !facts.stall.known && overMs < UNREAD_MS) {
    const reason = `${progress.text}; none has left for ${durationText(standingMs)}, and why could not be read: ${facts.stall.reason}`;
    return { is: 'waiting', reason, pollMs: 10_000, progress };
  }
  if (overMs >= 0) {
    const plateau = wasStalled ? undefined : plateauText(context, standingMs);
    if (plateau === undefined) return stalled(context, { record, row, standingMs, progress });
    const reason = `${progress.text}; ${plateau}`;
    return { is: 'waiting', reason, pollMs: 10_000, progress };
  }
  if (isNoteDue(context, record)) return note(context, record, row, progress);
  return {
    is: 'waiting',
    reason: movingText(context, record, progress),
    pollMs: pollMs(context, row, standingMs, progress),
    progress,
  };
}

function firstNote({ now, facts }: Context, { backends }: Topology, row: Backend): Verdict {
  const ofGroup = backends.filter((backend) => backend.group === row.group);
  return {
    is: 'note',
    detail: `${countText(row.tablets)} tablets, ${bytesText(row.dataUsedBytes)} to move`,
    data: {
      node: row.address,
      tabletsAtStart: row.tablets,
      bytesAtStart: row.dataUsedBytes,
      groupTabletsAtStart: ofGroup.reduce((sum, backend) => sum + backend.tablets, 0),
      ...(facts.cancelledLoads.known ? { cancelledLoadsAtStart: facts.cancelledLoads.value } : {}),
      lowest: row.tablets,
      lowestAt: now,
      notedAt: now,
      samples: keepSample([], { at: now, tablets: row.tablets, bytes: row.dataUsedBytes }),
    },
  };
}

function isNoteDue({ now, policy }: Context, { startedAt, data }: StepRecord): boolean {
  const everyMs = Math.min(NOTE_MOST_MS, Math.max(NOTE_LEAST_MS, (now - startedAt) / 40));
  return now - (numberIn(data, 'notedAt') ?? 0) >= Math.min(everyMs, policy.operations.stallAfterMs / 4);
}

/** A sample, and the lowest TabletNum so far; at another speed of migration the samples begin anew. */
function note(context: Context, record: StepRecord, row: Backend, progress: OperationProgress): Verdict {
  const { now } = context;
  const pace = paceOf(context, record);
  const samples = record.data['pace'] === pace ? samplesIn(record.data) : samplesIn(record.data).slice(-1);
  const fell = row.tablets < (numberIn(record.data, 'lowest') ?? Infinity);
  const moving: Readonly<Record<string, JsonValue>> = fell ? { lowest: row.tablets, lowestAt: now, ...MOVING } : {};
  return {
    is: 'note',
    data: {
      ...moving,
      notedAt: now,
      pace,
      bytesLeft: row.dataUsedBytes,
      samples: keepSample(samples, { at: now, tablets: row.tablets, bytes: row.dataUsedBytes }),
    },
    ...(fell ? { detail: progress.text } : {}),
    progress,
  };
}

function paceOf({ facts, policy }: Context, { data }: StepRecord): 'in-window' | 'outside' {
  const isFast = facts.window.open || policy.windows.onClose === 'finish';
  return isFast && data['throttled'] !== true ? 'in-window' : 'outside';
}

function done(context: Context, record: StepRecord, detail: string): Verdict {
  return {
    is: 'done',
    detail,
    data: {
      lowest: 0,
      movedBytes: numberIn(record.data, 'bytesAtStart') ?? 0,
      drainMs: context.now - record.startedAt,
      samples: null,
    },
  };
}

function drainedText(row: Backend): string {
  return row.tablets === 0
    ? 'it holds no tablet any more'
    : `the ${countText(row.tablets)} tablets left belong to the recycle bin or to nothing`;
}

/** A second apart towards the end, half a second once it was seen empty, slower in a long drain. */
function pollMs(context: Context, row: Backend, standingMs: number, progress: OperationProgress): number {
  if (row.tablets === 0) return 500;
  if (progress.estimatedEndAt === undefined) return standingMs < 300_000 ? 1000 : 10_000;
  return Math.round(Math.min(10_000, Math.max(1000, (progress.estimatedEndAt - context.now) / 20)));
}

function movingText(context: Context, record: StepRecord, progress: OperationProgress): string {
  const end = endText(progress, context.policy.windows.timezone);
  return [
    progress.text,
    end,
    diskText(context),
    loadsText(context, record),
    windowText(context, progress),
    deadlineText(context, progress),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Once it is fuller than the proof let it become. */
function diskText(context: Context): string {
  const { facts, policy, operation } = context;
  const limits = policy.backends.find(({ group }) => group === operation.group)?.disk;
  const fullest = facts.topology.known ? fullestSurvivor(facts.topology.value, context) : undefined;
  if (limits === undefined || fullest === undefined || fullest.maxDiskUsedRatio <= limits.projectedRatio) return '';
  return `a disk of ${fullest.address} is ${percentText(fullest.maxDiskUsedRatio)} full (disk.cancel ${percentText(limits.cancelRatio)})`;
}

/** All that the FE shows of load errors is how many jobs were cancelled. */
function loadsText({ facts }: Context, { data }: StepRecord): string {
  const before = numberIn(data, 'cancelledLoadsAtStart');
  if (before === undefined || !facts.cancelledLoads.known || facts.cancelledLoads.value <= before) return '';
  return `${countText(facts.cancelledLoads.value - before)} loads were cancelled since it began`;
}

function windowText({ facts: { window }, policy }: Context, { estimatedEndAt }: OperationProgress): string {
  const { onClose, timezone } = policy.windows;
  if (onClose === 'finish') return '';
  if (!window.open) {
    return `the window is closed, it goes on${onClose === 'throttle' ? ' at the speed outside windows' : ''}`;
  }
  if (window.endMs === undefined || (estimatedEndAt ?? 0) <= window.endMs) return '';
  return `the window closes ${timeText(window.endMs, timezone)}, then: ${onClose}`;
}

function deadlineText(context: Context, { estimatedEndAt, endsBetween }: OperationProgress): string {
  const deadline = deadlineAt(context);
  if ((endsBetween?.earliestAt ?? estimatedEndAt ?? 0) <= deadline) return '';
  return `that is after its deadline of ${timeText(deadline, context.policy.windows.timezone)}`;
}
