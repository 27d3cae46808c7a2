import { SLOT_MS } from '../domain/demand.ts';
import type { GroupPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Judgement } from '../domain/regret.ts';
import { baselinesOf } from './baselines/baselines.ts';
import type { Baselines } from './baselines/baselines.ts';
import { problemOf } from './baselines/problem.ts';
import type { Problem } from './baselines/problem.ts';
import { feedsOf } from './live/feeds.ts';
import type { Feed } from './live/feeds.ts';
import { delayMinutesOf, replay } from './live/replay.ts';
import type { Change, Replayed } from './live/replay.ts';
import { stagedPolicy } from './live/stage.ts';
import type { TraceProblem } from './trace/scan-csv.ts';
import { MINUTE_MS } from './trace/trace.ts';
import type { Trace } from './trace/trace.ts';
import { neededNodes } from './world/needed.ts';

export interface BacktestRequest {
  readonly cluster: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly trace: Trace;
  /** What lies before is history: known, neither paid nor judged. Undefined = everything is judged. */
  readonly fromMs: EpochMs | undefined;
  /** Nodes at that instant; undefined = enough for the highest load of the history, or of the first day. */
  readonly start: number | undefined;
}

/** What a policy would have done with a load, what that would have cost, and what else could have been done. */
export interface Backtest {
  readonly trace: string;
  readonly cluster: string;
  readonly group: GroupPolicy;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly problem: Problem;
  readonly replayed: Replayed;
  /** Changes that turned out wrong. What the trace is too short to tell is none. */
  readonly regrets: readonly Judgement[];
  readonly baselines: Baselines;
  /** (static - policy) / (static - optimum) in node-hours; undefined where even an optimum could save nothing. */
  readonly capture: number | undefined;
  /** Minutes whose load nobody knows: neither saturated nor above the target. */
  readonly unknownMinutes: number;
  /** What was taken for granted, a sentence each. */
  readonly assumptions: readonly string[];
}

export type Backtested =
  | { readonly ok: true; readonly backtest: Backtest }
  | { readonly ok: false; readonly problem: TraceProblem };

interface Prepared {
  readonly problem: Problem;
  readonly policy: ClusterPolicy;
  readonly feeds: readonly Feed[];
  readonly leftOut: readonly string[];
}

export function backtest(request: BacktestRequest): Backtested {
  const prepared = prepare(request);
  if (!prepared.ok) return prepared;
  return {
    ok: true,
    backtest: compared(request, prepared, replayed(request, prepared), baselinesOf(prepared.problem)),
  };
}

/** The same with the baselines played elsewhere meanwhile. */
export async function backtestBeside(
  request: BacktestRequest,
  baselines: (problem: Problem) => Promise<Baselines>,
): Promise<Backtested> {
  const prepared = prepare(request);
  if (!prepared.ok) return prepared;
  const played = baselines(prepared.problem);
  // What is replayed first lets nothing else run: a rejection meanwhile is not unhandled, it is awaited below.
  const own = replayed(request, prepared);
  return { ok: true, backtest: compared(request, prepared, own, await played) };
}

function prepare(
  request: BacktestRequest,
): ({ readonly ok: true } & Prepared) | { readonly ok: false; readonly problem: TraceProblem } {
  const { cluster, group, trace, fromMs, start } = request;
  const fed = feedsOf(trace, group);
  if (!fed.ok) return fed;
  const policy = stagedPolicy(
    cluster,
    group,
    fed.feeds.map(({ signal }) => signal),
  );
  const problem = problemOf({
    needed: neededNodes(fed.feeds, trace),
    first: Math.max(0, Math.ceil(((fromMs ?? trace.startMs) - trace.startMs) / MINUTE_MS)),
    start,
    delayMinutes: delayMinutesOf(policy),
    group,
    windows: policy.windows,
  });
  return { ok: true, problem, policy, feeds: fed.feeds, leftOut: fed.leftOut.map(({ name }) => name) };
}

function replayed({ trace }: BacktestRequest, { problem, policy, feeds }: Prepared): Replayed {
  return replay({ ...problem, policy, trace, feeds });
}

function compared(request: BacktestRequest, prepared: Prepared, own: Replayed, baselines: Baselines): Backtest {
  const { cluster, group, trace } = request;
  const { problem, leftOut } = prepared;
  const { first, needed } = problem;
  const most = baselines.static.nodeHours - baselines.optimum.nodeHours;
  let unknownMinutes = 0;
  for (let minute = first; minute < trace.minutes; minute += 1)
    if (Number.isNaN(needed.atTarget[minute])) unknownMinutes += 1;
  return {
    trace: trace.name,
    cluster: cluster.name,
    group,
    fromMs: trace.startMs + first * MINUTE_MS,
    untilMs: trace.startMs + trace.minutes * MINUTE_MS,
    problem,
    replayed: own,
    regrets: own.judged.filter(({ regrets }) => regrets.length > 0),
    baselines,
    capture: most > 0 ? (baselines.static.nodeHours - own.figures.nodeHours) / most : undefined,
    unknownMinutes,
    assumptions: assumptionsOf(request, leftOut),
  };
}

function assumptionsOf({ cluster, group }: BacktestRequest, leftOut: readonly string[]): readonly string[] {
  const { idle, emergency } = cluster.windows;
  return [
    'every node is alive and healthy, holds no data and leaves at once; hosts are there for every addition',
    ...(leftOut.length === 0 ? [] : [`not in the trace, hence left out: ${leftOut.join(', ')}`]),
    ...(idle.length === 0 ? [] : ['windows.idle holds in every window']),
    ...(emergency === undefined ? [] : ['windows.emergency never holds']),
    ...(cluster.frontend === undefined ? [] : ['frontends are there as many as the ratio asks for']),
    ...(group.leadTimeMs === undefined ? ['nodes serve 10 min after their order (leadTime)'] : []),
    ...(group.cost === undefined ? [] : [`a node-hour costs ${String(group.cost.perNodeHour)} ${group.cost.currency}`]),
  ];
}

/** The changes as they are hashed, one a line: slot, group, from, to and the binding reason. */
export function changeLines(changes: readonly Change[]): string {
  return changes
    .map(({ at, group, from, to, reason }) => {
      const slotMs = Math.floor(at / SLOT_MS) * SLOT_MS;
      return `${String(slotMs)}\t${group}\t${String(from)}\t${String(to)}\t${reason}\n`;
    })
    .join('');
}
