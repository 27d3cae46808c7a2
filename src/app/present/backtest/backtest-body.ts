import type { Backtest } from '../../../backtest/backtest.ts';
import type { Figures } from '../../../backtest/world/node-world.ts';
import { instantText } from '../instants.ts';

/** One run of `backtest --json`: stable. */
export function backtestBody(backtest: Backtest, decisionsHash: string) {
  const { trace, cluster, group, fromMs, untilMs, problem, replayed, regrets, baselines, capture } = backtest;
  return {
    trace,
    cluster,
    group: group.group,
    from: instantText(fromMs),
    until: instantText(untilMs),
    startNodes: problem.start,
    ...figuresBody(replayed.figures, backtest),
    regrets: regrets.length,
    /** A share of 1. */
    capture: capture ?? null,
    baselines: Object.fromEntries(
      Object.entries(baselines).map(([name, figures]: [string, Figures]) => [name, figuresBody(figures, backtest)]),
    ),
    decisionsHash,
    decisions: replayed.changes.map(({ at, group: of, from, to, reason }) => ({
      at: instantText(at),
      group: of,
      from,
      to,
      reason,
    })),
    regretted: regrets.map(({ endedAt, from, to, regrets: kinds, detail }) => ({
      endedAt: instantText(endedAt),
      from,
      to,
      kinds,
      detail,
    })),
    unknownMinutes: backtest.unknownMinutes,
    assumptions: backtest.assumptions,
  };
}

function figuresBody(figures: Figures, { group }: Backtest) {
  const { nodeHours, saturatedMinutes, aboveTargetMinutes, changes } = figures;
  return { nodeHours, cost: costOf(nodeHours, group), saturatedMinutes, aboveTargetMinutes, changes };
}

/** Null where the policy names no cost. */
export function costOf(
  nodeHours: number,
  { cost }: Backtest['group'],
): { readonly amount: number; readonly currency: string } | null {
  return cost === undefined ? null : { amount: nodeHours * cost.perNodeHour, currency: cost.currency };
}
