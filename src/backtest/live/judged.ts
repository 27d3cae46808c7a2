import { slotDemand } from '../../decision/demand/slot-demand.ts';
import { REMEMBERED_MS } from '../../decision/regret/margin.ts';
import { isDue, judgeChange, judgedBy } from '../../decision/regret/judge.ts';
import type { CountStep } from '../../decision/regret/judge.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { GroupRegrets, Judgement, RegretKind, SizeChange } from '../../domain/regret.ts';

/** Changes that wait for their judgement, and those that were judged. */
export interface JudgedChanges {
  readonly made: (change: SizeChange) => void;
  /** Judges what is due by an instant; undefined while nothing was judged yet. */
  readonly by: (at: EpochMs) => GroupRegrets | undefined;
  readonly all: () => readonly Judgement[];
}

const NODE = { capacityBytes: undefined, coreWeight: 1 };

/** Whether changes were right is judged as the daemon judges its own, and counts for what comes after as it does there. */
export function judgedChanges(group: GroupPolicy, history: LoadHistory): JudgedChanges {
  const counts: CountStep[] = [];
  const judged: Judgement[] = [];
  /** Changes whose nodes are gone again. */
  const left = new Set<string>();
  const totals: Record<RegretKind, number> = { reverted: 0, 'above-target': 0, 'never-used': 0 };
  let waiting: readonly SizeChange[] = [];
  let regrets: GroupRegrets | undefined;

  const judge = (change: SizeChange, at: EpochMs): Judgement | undefined => {
    const span = judgedBy(change);
    return judgeChange(change, {
      counts: counts.filter((step) => step.at >= change.endedAt),
      demand: slotDemand(history, group, NODE, { startMs: span.startMs, endMs: Math.min(at, span.endMs) }),
      quantile: group.forecast.quantile,
      holdMs: group.minHoldMs,
      at,
    });
  };
  /** Of added nodes nothing new can be said before they left or their week is over. */
  const isTime = (change: SizeChange, at: EpochMs): boolean =>
    isDue(change, at) && (at >= judgedBy(change).endMs || left.has(change.id));
  const leaves = (step: CountStep, change: SizeChange): boolean =>
    step.at > change.endedAt && step.nodes <= change.from;

  return {
    made(change) {
      const step = { at: change.endedAt, nodes: change.to };
      counts.push(step);
      for (const each of waiting) if (leaves(step, each)) left.add(each.id);
      if (counts.some((each) => leaves(each, change))) left.add(change.id);
      waiting = [...waiting, change];
    },
    by(at) {
      if (!waiting.some((change) => isTime(change, at))) return regrets;
      const fresh = waiting.flatMap((change) => (isTime(change, at) ? (judge(change, at) ?? []) : []));
      waiting = waiting.filter(({ id }) => fresh.every((each) => each.id !== id));
      for (const { regrets: kinds } of fresh) for (const kind of kinds) totals[kind] += 1;
      judged.push(...fresh);
      if (fresh.length > 0)
        regrets = {
          role: 'backend',
          group: group.group,
          judged: judged.filter(({ judgedAt }) => judgedAt > at - REMEMBERED_MS),
          totals: { ...totals },
          pardonedAt: undefined,
        };
      return regrets;
    },
    all: () => judged,
  };
}
