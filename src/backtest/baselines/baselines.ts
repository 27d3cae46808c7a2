import { nodeWorld } from '../world/node-world.ts';
import type { Figures } from '../world/node-world.ts';
import { optimum } from './optimum.ts';
import { clamp, highest, nodesFor } from './problem.ts';
import type { Problem } from './problem.ts';

/** What else could have been done with the same load. */
export interface Baselines {
  /** Enough for the highest load at the target, all the time. */
  readonly static: Figures;
  /** A horizontal autoscaler that follows the load of the minute, day and night. */
  readonly hpa: Figures;
  /** The same, gated to the windows: it sizes the day for the load of the night. */
  readonly hpaInWindows: Figures;
  /** In windows enough for the highest load of the 8 days before. */
  readonly trailingMaximum: Figures;
  /** The fewest node-hours that keep the load at the target, by someone who knows the future. */
  readonly optimum: Figures;
}

const TOLERANCE = 0.1;
const CALM_MINUTES = 5;
const TRAILING_MINUTES = 8 * 1440;

export function baselinesOf(problem: Problem): Baselines {
  const { atTarget } = problem.needed;
  const peak = clamp(nodesFor(highest(atTarget, 0, atTarget.length)), problem);
  return {
    static: left(problem, peak),
    hpa: play(problem, { ...horizontal(problem), gated: false }),
    hpaInWindows: play(problem, { ...horizontal(problem), gated: true }),
    trailingMaximum: play(problem, { ...trailingMaximum(problem), gated: true }),
    optimum: optimum(problem),
  };
}

/** So many nodes, and nothing is ever done. */
function left(problem: Problem, start: number): Figures {
  const world = nodeWorld({ ...problem, start });
  world.passTo(problem.minutes);
  return world.figures();
}

interface Player {
  readonly start: number;
  readonly gated: boolean;
  /** The number of nodes wanted in a minute. */
  readonly wants: (minute: number, total: number) => number;
}

function play(problem: Problem, { start, gated, wants }: Player): Figures {
  const { minutes, first, open, openToGrow, step } = problem;
  const world = nodeWorld({ ...problem, start });
  for (let minute = first; minute < minutes; minute += 1) {
    if (gated && open[minute] !== 1 && openToGrow[minute] !== 1) continue;
    const total = world.total();
    let to = clamp(wants(minute, total), problem);
    if (gated) {
      to = Math.min(total + step.out, Math.max(total - step.in, to));
      if (to < total && open[minute] !== 1) to = total;
    }
    if (to === total) continue;
    world.passTo(minute);
    world.change(to);
  }
  world.passTo(minutes);
  return world.figures();
}

/** desired = load / target; 10 % off is left alone, and fewer are taken only when 5 minutes agreed. */
function horizontal(problem: Problem): Omit<Player, 'gated'> {
  const { atTarget } = problem.needed;
  const recent = window(CALM_MINUTES, (a, b) => a <= b);
  return {
    start: startOr(problem, nodesFor(atTarget[problem.first] ?? NaN)),
    wants(minute, total) {
      const load = atTarget[minute] ?? NaN;
      if (Number.isNaN(load)) return total;
      const desired = Math.abs(load / total - 1) <= TOLERANCE ? total : clamp(nodesFor(load), problem);
      const most = recent(minute, desired);
      return desired < total ? Math.min(total, most) : desired;
    },
  };
}

function trailingMaximum(problem: Problem): Omit<Player, 'gated'> {
  const { atTarget } = problem.needed;
  const trailing = window(TRAILING_MINUTES, (a, b) => a <= b);
  let seen = -1;
  let most = 0;
  return {
    start: problem.start,
    wants(minute) {
      while (seen < minute) {
        seen += 1;
        const load = atTarget[seen] ?? NaN;
        most = trailing(seen, Number.isNaN(load) ? 0 : load);
      }
      return nodesFor(most);
    },
  };
}

function startOr(problem: Problem, nodes: number): number {
  return problem.isStartGiven ? problem.start : clamp(nodes, problem);
}

/** The highest of the last so many minutes. Those that a later, higher one outlives are dropped. */
function window(
  length: number,
  gives: (old: number, next: number) => boolean,
): (minute: number, value: number) => number {
  const minutes: number[] = [];
  const values: number[] = [];
  let head = 0;
  return (minute, value) => {
    while (values.length > head && gives(values[values.length - 1] ?? Infinity, value)) {
      minutes.pop();
      values.pop();
    }
    minutes.push(minute);
    values.push(value);
    while ((minutes[head] ?? Infinity) <= minute - length) head += 1;
    return values[head] ?? value;
  };
}
