import type { Figures } from '../world/node-world.ts';
import { nodesFor } from './problem.ts';
import type { Problem } from './problem.ts';

/**
 * The fewest paid node-hours that keep the load at the target in every minute, under the same windows, delay and steps, by someone
 * who knows the future and chooses where to begin. Exact: a dynamic programme over the serving nodes, minute by minute where
 * they may change, and over whole stretches where they may not. Load beyond `max` is carried by `max`.
 */
export function optimum(problem: Problem): Figures {
  const { minutes, first, delayMinutes, min, max, open, openToGrow } = problem;
  const { atTarget, atFull } = problem.needed;
  const width = max - min + 1;
  const outStep = Math.min(problem.step.out, width);
  const inStep = Math.min(problem.step.in, width);
  let costs = new Float64Array(width);
  let next = new Float64Array(width);
  let changes = new Int32Array(width);
  let nextChanges = new Int32Array(width);
  let saturated = 0;
  let above = 0;
  let started = false;

  const mayArrive = (minute: number): boolean =>
    minute - delayMinutes >= first && openToGrow[minute - delayMinutes] === 1;
  const mayLeave = (minute: number): boolean => open[minute] === 1;

  for (let minute = first; minute < minutes; ) {
    const grows = started && mayArrive(minute);
    const shrinks = started && mayLeave(minute);
    let until = minute + 1;
    if (!grows && !shrinks) while (until < minutes && !mayArrive(until) && !mayLeave(until)) until += 1;
    let least = min;
    for (let each = minute; each < until; each += 1) {
      const nodes = nodesFor(atTarget[each] ?? NaN);
      if (nodes > max) {
        above += 1;
        if ((atFull[each] ?? NaN) > max * (1 + 1e-9)) saturated += 1;
      }
      if (nodes > least) least = nodes;
    }
    least = Math.min(max, least);
    const length = until - minute;
    for (let index = 0; index < width; index += 1) {
      let cost = costs[index] ?? Infinity;
      let count = changes[index] ?? 0;
      if (grows) {
        for (let from = Math.max(0, index - outStep); from < index; from += 1) {
          const grown = (costs[from] ?? Infinity) + (index - from) * delayMinutes;
          if (grown < cost) {
            cost = grown;
            count = (changes[from] ?? 0) + 1;
          }
        }
      }
      if (shrinks) {
        for (let from = Math.min(width - 1, index + inStep); from > index; from -= 1) {
          const shrunk = costs[from] ?? Infinity;
          if (shrunk < cost) {
            cost = shrunk;
            count = (changes[from] ?? 0) + 1;
          }
        }
      }
      next[index] = min + index >= least ? cost + (min + index) * length : Infinity;
      nextChanges[index] = count;
    }
    started = true;
    [costs, next] = [next, costs];
    [changes, nextChanges] = [nextChanges, changes];
    minute = until;
  }
  let best = 0;
  for (let index = 1; index < width; index += 1)
    if ((costs[index] ?? Infinity) < (costs[best] ?? Infinity)) best = index;
  return {
    nodeHours: (costs[best] ?? 0) / 60,
    saturatedMinutes: saturated,
    aboveTargetMinutes: above,
    changes: changes[best] ?? 0,
  };
}
