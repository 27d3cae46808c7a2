import type { EpochMs } from '../../domain/instant.ts';
import type { GroupDifference } from '../../domain/policy-change.ts';
import { MINUTE_MS } from '../trace/trace.ts';
import type { Trace } from '../trace/trace.ts';
import { beyondBound } from './bound.ts';
import { figuresOf, problemFor, staged } from './side.ts';
import type { Side, Staged } from './side.ts';

/** With less that is known, figures say nothing. */
const LEAST_KNOWN_MINUTES = 24 * 60;

export interface DifferenceRequest {
  readonly before: Side;
  /** Its trace is of the same minutes. */
  readonly after: Side;
  /** What lies before is history: known to both, not judged. */
  readonly fromMs: EpochMs;
  /** Nodes at that instant, the same for both; undefined = as many as the policy in force would have had. */
  readonly start: number | undefined;
}

/** What two policies of a group would have done with the same load. */
export function groupDifference(request: DifferenceRequest): GroupDifference {
  const [before, after] = [longKnown(request.before, request.fromMs), longKnown(request.after, request.fromMs)];
  const { cluster, group } = request.after;
  const named = { cluster: cluster.name, group: group.group, mode: cluster.mode };
  const unknown = (why: string): GroupDifference => ({
    ...named,
    unknown: why,
    compared: undefined,
    beyond: [],
    notes: [],
  });
  if (before === undefined || after === undefined)
    return unknown(
      `no load is known of the signals of the ${before === undefined ? 'policy in force' : 'changed policy'}`,
    );
  const { trace } = before;
  const first = firstJudged(trace, request.fromMs);
  const knownMinutes = knownFrom(before.needed.atTarget, first);
  if (knownMinutes < LEAST_KNOWN_MINUTES) return unknown('less than a day of its load is known');
  const problem = problemFor(before, first, request.start);
  const was = figuresOf(before, problem, before.needed);
  const is = figuresOf(after, problemFor(after, first, problem.start), before.needed);
  return {
    ...named,
    unknown: undefined,
    compared: {
      fromMs: trace.startMs + first * MINUTE_MS,
      untilMs: trace.startMs + trace.minutes * MINUTE_MS,
      knownMinutes,
      before: was,
      after: is,
    },
    beyond: beyondBound(was, is, knownMinutes),
    notes: notesOf(before, after),
  };
}

/** A side that is judged, and which of its signals are known for too short a time to have a say. */
interface LongKnown extends Staged {
  readonly brief: readonly string[];
}

/**
 * A minute is unknown where one signal does not know it: a signal that is new would take the say from all that are known for
 * long. So it is left out, unless nothing is left without it.
 */
function longKnown(side: Side, fromMs: EpochMs): LongKnown | undefined {
  const { trace } = side;
  if (trace === undefined) return undefined;
  const first = firstJudged(trace, fromMs);
  const brief = trace.columns
    .filter(({ values }) => knownFrom(values, first) < LEAST_KNOWN_MINUTES)
    .map(({ name }) => name);
  const columns = trace.columns.filter(({ name }) => !brief.includes(name));
  const without = staged({ ...side, trace: { ...trace, columns } });
  if (without !== undefined) return { ...without, brief };
  const whole = staged(side);
  return whole === undefined ? undefined : { ...whole, brief: [] };
}

function firstJudged({ startMs }: Trace, fromMs: EpochMs): number {
  return Math.max(0, Math.ceil((fromMs - startMs) / MINUTE_MS));
}

function knownFrom(values: Float64Array, first: number): number {
  return values.subarray(first).reduce((known, value) => (Number.isNaN(value) ? known : known + 1), 0);
}

function notesOf(before: LongKnown, after: LongKnown): readonly string[] {
  const brief = [...new Set([...before.brief, ...after.brief])];
  const leftOut = [...new Set([...before.leftOut, ...after.leftOut])].filter((name) => !brief.includes(name));
  return [
    ...(leftOut.length === 0 ? [] : [`without ${leftOut.join(', ')}: no load of the past is known`]),
    ...(brief.length === 0 ? [] : [`without ${brief.join(', ')}: less than a day of the load is known`]),
    'every node is alive, holds no data and leaves at once',
  ];
}
