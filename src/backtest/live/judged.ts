import { slotDemand } from '../../decision/demand/slot-demand.ts';
import { REMEMBERED_MS } from '../../decision/regret/margin.ts';
import { isDue, judgeChange, judgedBy, waitsUntil } from '../../decision/regret/judge.ts';
import type { CountStep } from '../../decision/regret/judge.ts';
import { SLOT_MS } from '../../domain/demand.ts';
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
      counts: counts.filter((step) => step.at >= change.endedAt && step.at <= at),
      demand: slotDemand(history, group, NODE, { startMs: span.startMs, endMs: Math.min(at, span.endMs) }),
      quantile: group.forecast.quantile,
      holdMs: group.minHoldMs,
      at,
    });
  };
  /** A replay looks in windows alone. The daemon looks at each slot: what is due was judged as of the first one that could. */
  const judgeBy = (change: SizeChange, at: EpochMs): Judgement | undefined => {
    const dueMs = Math.min(at, slotFrom(judgedBy(change).endMs));
    const waitsMs = Math.min(at, slotFrom(waitsUntil(change)));
    return judge(change, dueMs) ?? (waitsMs > dueMs ? judge(change, waitsMs) : undefined);
  };
  /** Of added nodes nothing new can be said before they left or their week is over. */
  const isTime = (change: SizeChange, at: EpochMs): boolean => {
    const { endMs } = judgedBy(change);
    return isDue(change, Math.min(at, slotFrom(endMs))) && (at >= endMs || left.has(change.id));
  };
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
      const fresh = waiting.flatMap((change) => (isTime(change, at) ? (judgeBy(change, at) ?? []) : []));
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

/** The first slot that begins at an instant or later. */
function slotFrom(at: EpochMs): EpochMs {
  return Math.ceil(at / SLOT_MS) * SLOT_MS;
}
