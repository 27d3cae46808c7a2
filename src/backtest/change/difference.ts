import type { EpochMs } from '../../domain/instant.ts';
import type { GroupDifference } from '../../domain/policy-change.ts';
import { MINUTE_MS } from '../trace/trace.ts';
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
  const before = staged(request.before);
  const after = staged(request.after);
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
  const first = Math.max(0, Math.ceil((request.fromMs - trace.startMs) / MINUTE_MS));
  const knownMinutes = knownFrom(before, first);
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

function knownFrom({ needed, trace }: Staged, first: number): number {
  let known = 0;
  for (let minute = first; minute < trace.minutes; minute += 1) if (!Number.isNaN(needed.atTarget[minute])) known += 1;
  return known;
}

function notesOf(before: Staged, after: Staged): readonly string[] {
  const leftOut = [...new Set([...before.leftOut, ...after.leftOut])];
  return [
    ...(leftOut.length === 0 ? [] : [`without ${leftOut.join(', ')}: no load of the past is known`]),
    'every node is alive, holds no data and leaves at once',
  ];
}
