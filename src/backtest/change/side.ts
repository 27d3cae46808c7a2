import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { PolicyFigures } from '../../domain/policy-change.ts';
import { highest, problemOf, nodesFor } from '../baselines/problem.ts';
import type { Problem } from '../baselines/problem.ts';
import { feedsOf } from '../live/feeds.ts';
import type { Feed } from '../live/feeds.ts';
import { delayMinutesOf, replay } from '../live/replay.ts';
import type { Replayed } from '../live/replay.ts';
import { stagedPolicy } from '../live/stage.ts';
import type { Trace } from '../trace/trace.ts';
import { neededNodes } from '../world/needed.ts';
import type { NeededNodes } from '../world/needed.ts';

/** Rounding makes no minute saturated. */
const TINY = 1 + 1e-9;

/** A group of a policy with the load that its signals knew. */
export interface Side {
  readonly cluster: ClusterPolicy;
  readonly group: GroupPolicy;
  /** Undefined where no signal of it has a load that is known. */
  readonly trace: Trace | undefined;
}

/** A side that can be replayed. */
export interface Staged {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly trace: Trace;
  readonly feeds: readonly Feed[];
  readonly leftOut: readonly string[];
  readonly needed: NeededNodes;
}

export function staged({ cluster, group, trace }: Side): Staged | undefined {
  if (trace === undefined) return undefined;
  const fed = feedsOf(trace, group);
  if (!fed.ok) return undefined;
  const { feeds, leftOut } = fed;
  const policy = stagedPolicy(
    cluster,
    group,
    feeds.map(({ signal }) => signal),
  );
  const names = leftOut.map(({ name }) => name);
  return { policy, group, trace, feeds, leftOut: names, needed: neededNodes(feeds, trace) };
}

/** What has to be lived with from a minute on; `start` undefined = enough for the highest load before. */
export function problemFor(side: Staged, first: number, start: number | undefined): Problem {
  const { policy, group, needed } = side;
  return problemOf({ needed, first, start, delayMinutes: delayMinutesOf(policy), group, windows: policy.windows });
}

/** Replays a side; `full` says what its nodes carry at 100 %. */
export function figuresOf(side: Staged, problem: Problem, full: NeededNodes): PolicyFigures {
  const { policy, trace, feeds, needed } = side;
  const replayed = replay({ ...problem, policy, trace, feeds });
  const { nodeHours, aboveTargetMinutes, changes } = replayed.figures;
  const totals = replayed.stretches.map(({ total }) => total);
  return {
    nodeHours,
    saturatedMinutes: minutesAbove(full, replayed, trace.minutes),
    aboveTargetMinutes,
    changes,
    leastNodes: totals.reduce((least, total) => Math.min(least, total), Infinity),
    mostNodes: totals.reduce((most, total) => Math.max(most, total), 0),
    peakNodes: nodesFor(highest(needed.atTarget, problem.first, trace.minutes)),
  };
}

function minutesAbove({ atFull }: NeededNodes, { stretches }: Replayed, minutes: number): number {
  let above = 0;
  stretches.forEach(({ fromMinute, serving }, index) => {
    const until = stretches[index + 1]?.fromMinute ?? minutes;
    for (let minute = fromMinute; minute < until; minute += 1) if ((atFull[minute] ?? NaN) > serving * TINY) above += 1;
  });
  return above;
}
