import type { Stage } from './programme.ts';

/** So many counts are all looked at; of more only those at which a way can turn. */
const ALL = 64;

/** The counts of nodes that a plan may pass, in ascending order: none above or below all that is needed or there. */
export function levelsOf(plan: {
  readonly stages: readonly Pick<Stage, 'need' | 'keep' | 'free'>[];
  readonly current: number;
  readonly target: number;
  readonly steps: { readonly out: number; readonly in: number };
}): readonly number[] {
  const { stages, current, target, steps } = plan;
  let low = Math.min(current, target);
  let high = current;
  for (const { need, keep, free } of stages) {
    low = Math.min(low, need, keep, free);
    high = Math.max(high, need);
  }
  if (high - low <= ALL) return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  const turns = new Set([current, target]);
  for (const { need, keep, free } of stages) {
    for (const each of [need, keep, free]) if (Number.isFinite(each)) turns.add(each);
  }
  for (let nodes = current + steps.out; nodes < high && steps.out > 0; nodes += steps.out) turns.add(nodes);
  for (let index = 1; index <= stages.length; index += 1) turns.add(current - index * steps.in);
  return [...turns].filter((nodes) => nodes >= low && nodes <= high).toSorted((a, b) => a - b);
}
