import type { NeededNodes } from './needed.ts';

/** Rounding makes no minute saturated. */
const TINY = 1 + 1e-9;

/** What was paid and what was missed. */
export interface Figures {
  readonly nodeHours: number;
  /** The load was above what the serving nodes carry at 100 %. */
  readonly saturatedMinutes: number;
  readonly aboveTargetMinutes: number;
  readonly changes: number;
}

/** A stretch of minutes without a change. */
export interface Stretch {
  readonly fromMinute: number;
  /** Ordered and serving: what is paid. */
  readonly total: number;
  readonly serving: number;
}

export interface NodeWorldOptions {
  readonly needed: NeededNodes;
  /** The first minute that is paid and judged. */
  readonly first: number;
  readonly start: number;
  /** From an order to its service. */
  readonly delayMinutes: number;
  /** Told of each stretch, for a picture. */
  readonly onStretch?: (stretch: Stretch) => void;
}

/** Nodes that serve and nodes that were ordered; they are paid from the order on, and what is removed serves no more at once. */
export interface NodeWorld {
  /** Serving and ordered. */
  readonly total: () => number;
  readonly serving: () => number;
  /** Lets the minutes before one pass. */
  readonly passTo: (minute: number) => void;
  /** Of the minute that was passed to. Orders that have not come yet are taken back first. */
  readonly change: (to: number) => void;
  readonly figures: () => Figures;
}

export function nodeWorld({ needed, first, start, delayMinutes, onStretch }: NodeWorldOptions): NodeWorld {
  const { atTarget, atFull } = needed;
  let total = start;
  let serving = start;
  let minute = first;
  let paidMinutes = 0;
  let saturated = 0;
  let above = 0;
  let changes = 0;
  /** The soonest first. */
  const arriving: { readonly at: number; nodes: number }[] = [];

  const arrive = (): void => {
    while ((arriving[0]?.at ?? Infinity) <= minute) serving += arriving.shift()?.nodes ?? 0;
  };
  const stretchTo = (end: number): void => {
    if (minute >= end) return;
    onStretch?.({ fromMinute: minute, total, serving });
    paidMinutes += total * (end - minute);
    const most = serving * TINY;
    for (; minute < end; minute += 1) {
      if ((atTarget[minute] ?? NaN) > most) above += 1;
      if ((atFull[minute] ?? NaN) > most) saturated += 1;
    }
  };

  return {
    total: () => total,
    serving: () => serving,
    passTo(until) {
      while (minute < until) {
        arrive();
        stretchTo(Math.min(until, arriving[0]?.at ?? Infinity));
      }
      arrive();
    },
    change(to) {
      if (to === total) return;
      changes += 1;
      if (to > total) {
        arriving.push({ at: minute + delayMinutes, nodes: to - total });
      } else {
        let fewer = total - to;
        for (let last = arriving.at(-1); last !== undefined && fewer > 0; last = arriving.at(-1)) {
          const takenBack = Math.min(fewer, last.nodes);
          last.nodes -= takenBack;
          fewer -= takenBack;
          if (last.nodes === 0) arriving.pop();
        }
        serving -= fewer;
      }
      total = to;
      arrive();
    },
    figures: () => ({
      nodeHours: paidMinutes / 60,
      saturatedMinutes: saturated,
      aboveTargetMinutes: above,
      changes,
    }),
  };
}
