import type { EpochMs } from '../../domain/instant.ts';

/** An instant at which a group may be changed, and what has to be there from it until the next one. */
export interface Stage {
  readonly at: EpochMs;
  /** Until the next stage. */
  readonly hours: number;
  readonly need: number;
  /** A removal leaves at least so many. */
  readonly keep: number;
  /** Growth up to here does not wait for cooldown.out. */
  readonly free: number;
  /** More than this is not wanted, whatever moving costs. */
  readonly most: number;
  /** Nodes that the orders until the next stage add or take away at most. */
  readonly mostOut: number;
  readonly mostIn: number;
  /** The same of orders that wait for no cooldown.out: growth up to `free`. */
  readonly mostFree: number;
  /** After growth here: the first stages at which nodes may be added again, and taken away. */
  readonly outAfterOut: number;
  readonly inAfterOut: number;
  /** After a removal here: the first stage at which nodes may be taken away again. */
  readonly inAfterIn: number;
}

/** Where a walk through the stages stands. */
export interface Standing {
  readonly stage: number;
  readonly nodes: number;
  /** First stages at which nodes may be added, and taken away. */
  readonly outFrom: number;
  readonly inFrom: number;
}

export interface Costs {
  /** What a count of nodes costs an hour, in nodes. */
  readonly paid: (nodes: number) => number;
  /** Node-hours that one node costs while it is drained, or filled. */
  readonly movedHours: number;
}

export interface Programme {
  /** The count to have after the standing's stage. */
  readonly choose: (standing: Standing) => number;
  readonly cost: (standing: Standing) => number;
  readonly next: (standing: Standing, nodes: number) => Standing;
}

/** In node-hours: a missing node weighs more than all that could be saved, one beyond a ceiling more than moving it. */
const MISSING = 1e6;
const BEYOND = 1e3;

/**
 * The cheapest way through the stages, exactly: node-hours and what moving data costs, with nothing missing that could be there.
 * `levels` are the counts that are looked at, in ascending order.
 */
export function programme(stages: readonly Stage[], levels: readonly number[], costs: Costs): Programme {
  const size = levels.length;
  const { movedHours } = costs;
  const lowest = levels[0] ?? 0;
  /** Nearly always: the place of a level is told by its count. */
  const isRange = (levels.at(-1) ?? 0) - lowest === size - 1;
  const indexOf = new Map(levels.map((level, index) => [level, index]));
  const waits = (pick: (stage: Stage) => number): number =>
    1 + stages.reduce((most, stage, index) => Math.max(most, pick(stage) - index - 1), 0);
  const outWaits = waits((stage) => stage.outAfterOut);
  const inWaits = waits((stage) => Math.max(stage.inAfterOut, stage.inAfterIn));
  const places = stages.length * outWaits * inWaits * size;
  /** The two places after those of all standings: of the end, which costs nothing, and of a rare standing until the next of them. */
  const end = places;
  const rarely = places + 1;
  /** By stage, waits and level: the cost from there on, NaN = not weighed yet, and the count to have after the stage. */
  const known = new Float64Array(places + 2).fill(NaN);
  const chosen = new Int32Array(known.length);
  known[end] = 0;
  /** By stage and level. */
  const held = new Float64Array(stages.length * size);
  const paid = levels.map((level) => costs.paid(level));
  const holding = ({ hours, need, most }: Stage, nodes: number, paidNodes: number): number =>
    hours * (paidNodes + MISSING * Math.max(0, need - nodes) + BEYOND * Math.max(0, nodes - Math.max(most, need)));
  stages.forEach((stage, at) => {
    for (let index = 0; index < size; index += 1)
      held[at * size + index] = holding(stage, levels[index] ?? 0, paid[index] ?? 0);
  });

  /** Weighs a stage with waits counted from it, and keeps it in its place; `index` is that of the level, -1 = the count is none. */
  const weigh = (
    place: number,
    stage: Stage,
    at: number,
    from: number,
    index: number,
    outWait: number,
    inWait: number,
  ): void => {
    const after = at + 1;
    const mostFree = Math.max(from, Math.min(stage.free, from + stage.mostFree));
    const most = outWait > 0 ? mostFree : Math.max(mostFree, from + stage.mostOut);
    const least = inWait > 0 ? from : Math.min(from, Math.max(stage.keep, from - stage.mostIn));
    const stays = index < 0 ? holding(stage, from, costs.paid(from)) : (held[at * size + index] ?? NaN);
    // No change comes first: where it costs the same nothing is moved.
    const staying = stays + movedHours * 0 + (known[settle(after, from, index, outWait - 1, inWait - 1)] ?? NaN);
    let best = staying < Infinity ? staying : Infinity;
    let to = from;
    for (let next = isRange ? Math.max(0, least - lowest) : 0; next < size; next += 1) {
      const nodes = levels[next] ?? 0;
      if (nodes > most) break;
      if (nodes < least || nodes === from) continue;
      const isOut = nodes > from;
      const outFrom = isOut ? stage.outAfterOut - after : outWait - 1;
      const inFrom = Math.max(inWait - 1, (isOut ? stage.inAfterOut : stage.inAfterIn) - after);
      const moved = movedHours * Math.abs(nodes - from);
      const rest = known[settle(after, nodes, next, outFrom, inFrom)] ?? NaN;
      const cost = (held[at * size + next] ?? NaN) + moved + rest;
      if (cost < best - 1e-9) {
        best = cost;
        to = nodes;
      }
    }
    known[place] = best;
    chosen[place] = to;
  };

  /** Standings that wait longer than any change makes wait, a rest of weeks that began before, and counts that are no level. */
  const rare = new Map<string, { readonly nodes: number; readonly cost: number }>();
  const settleRare = (
    stage: Stage,
    at: number,
    nodes: number,
    index: number,
    outWait: number,
    inWait: number,
  ): void => {
    const key = `${String(at)} ${String(nodes)} ${String(outWait)} ${String(inWait)}`;
    const before = rare.get(key);
    if (before === undefined) {
      weigh(rarely, stage, at, nodes, index, outWait, inWait);
      rare.set(key, { nodes: chosen[rarely] ?? nodes, cost: known[rarely] ?? NaN });
      return;
    }
    known[rarely] = before.cost;
    chosen[rarely] = before.nodes;
  };

  /** The place where the cost of a standing is found; a number in an array is handed on more quickly than one on its own. */
  const settle = (at: number, nodes: number, index: number, outWait: number, inWait: number): number => {
    const stage = stages[at];
    if (stage === undefined) return end;
    if (index < 0 || outWait >= outWaits || inWait >= inWaits) {
      settleRare(stage, at, nodes, index, outWait, inWait);
      return rarely;
    }
    const place = ((at * outWaits + Math.max(0, outWait)) * inWaits + Math.max(0, inWait)) * size + index;
    const cost = known[place] ?? NaN;
    // NaN equals nothing, itself included.
    if (cost !== cost) weigh(place, stage, at, nodes, index, outWait, inWait);
    return place;
  };

  const settled = ({ stage, nodes, outFrom, inFrom }: Standing): number =>
    settle(stage, nodes, indexOf.get(nodes) ?? -1, outFrom - stage, inFrom - stage);

  return {
    cost: (standing) => known[settled(standing)] ?? NaN,
    choose(standing) {
      const place = settled(standing);
      return place === end ? standing.nodes : (chosen[place] ?? standing.nodes);
    },
    next(standing, nodes) {
      const { stage, outFrom, inFrom } = standing;
      const at = stages[stage];
      if (at === undefined || nodes === standing.nodes) return { stage: stage + 1, nodes, outFrom, inFrom };
      return nodes > standing.nodes
        ? { stage: stage + 1, nodes, outFrom: at.outAfterOut, inFrom: Math.max(inFrom, at.inAfterOut) }
        : { stage: stage + 1, nodes, outFrom, inFrom: Math.max(inFrom, at.inAfterIn) };
    },
  };
}
