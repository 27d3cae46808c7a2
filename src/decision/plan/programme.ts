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
  const indexOf = new Map(levels.map((level, index) => [level, index]));
  const waits = (pick: (stage: Stage, index: number) => number): number =>
    1 + stages.reduce((most, stage, index) => Math.max(most, pick(stage, index) - index - 1), 0);
  const outWaits = waits((stage) => stage.outAfterOut);
  const inWaits = waits((stage) => Math.max(stage.inAfterOut, stage.inAfterIn));
  const known = new Float64Array(stages.length * outWaits * inWaits * size).fill(NaN);
  const chosen = new Int32Array(known.length);

  const place = ({ stage, nodes, outFrom, inFrom }: Standing): number | undefined => {
    const index = indexOf.get(nodes);
    const out = Math.max(0, outFrom - stage);
    const inn = Math.max(0, inFrom - stage);
    if (index === undefined || out >= outWaits || inn >= inWaits) return undefined;
    return ((stage * outWaits + out) * inWaits + inn) * size + index;
  };

  const next = (standing: Standing, nodes: number): Standing => {
    const { stage, outFrom, inFrom } = standing;
    const at = stages[stage];
    if (at === undefined || nodes === standing.nodes) return { stage: stage + 1, nodes, outFrom, inFrom };
    return nodes > standing.nodes
      ? { stage: stage + 1, nodes, outFrom: at.outAfterOut, inFrom: Math.max(inFrom, at.inAfterOut) }
      : { stage: stage + 1, nodes, outFrom, inFrom: Math.max(inFrom, at.inAfterIn) };
  };

  const weigh = (standing: Standing): { readonly nodes: number; readonly cost: number } => {
    const stage = stages[standing.stage];
    if (stage === undefined) return { nodes: standing.nodes, cost: 0 };
    const { nodes: from } = standing;
    const most =
      standing.stage < standing.outFrom
        ? Math.max(from, Math.min(stage.free, from + stage.mostOut))
        : from + stage.mostOut;
    const least = standing.stage < standing.inFrom ? from : Math.min(from, Math.max(stage.keep, from - stage.mostIn));
    let best = { nodes: from, cost: Infinity };
    const look = (nodes: number): void => {
      const cost =
        stage.hours *
          (costs.paid(nodes) +
            MISSING * Math.max(0, stage.need - nodes) +
            BEYOND * Math.max(0, nodes - Math.max(stage.most, stage.need))) +
        costs.movedHours * Math.abs(nodes - from) +
        costOf(next(standing, nodes));
      if (cost < best.cost - 1e-9) best = { nodes, cost };
    };
    // No change comes first: where it costs the same nothing is moved.
    look(from);
    for (const level of levels) {
      if (level > most) break;
      if (level >= least && level !== from) look(level);
    }
    return best;
  };

  /** Standings that wait longer than any change makes wait: a rest of weeks that began before. */
  const rare = new Map<string, { readonly nodes: number; readonly cost: number }>();
  const weighOnce = (standing: Standing): { readonly nodes: number; readonly cost: number } => {
    const { stage, nodes, outFrom, inFrom } = standing;
    const key = `${String(stage)} ${String(nodes)} ${String(outFrom)} ${String(inFrom)}`;
    const best = rare.get(key) ?? weigh(standing);
    rare.set(key, best);
    return best;
  };

  const costOf = (standing: Standing): number => {
    if (standing.stage >= stages.length) return 0;
    const at = place(standing);
    if (at === undefined) return weighOnce(standing).cost;
    const cost = known[at] ?? NaN;
    if (!Number.isNaN(cost)) return cost;
    const best = weigh(standing);
    known[at] = best.cost;
    chosen[at] = best.nodes;
    return best.cost;
  };

  return {
    next,
    cost: costOf,
    choose(standing) {
      const at = place(standing);
      if (standing.stage >= stages.length || at === undefined) return weighOnce(standing).nodes;
      costOf(standing);
      return chosen[at] ?? standing.nodes;
    },
  };
}
