import { officeLoad } from '../../../src/simulator/load/office-load.ts';
import type { Load } from '../../../src/simulator/load/trace-load.ts';
import type { Dice } from './scenario-dice.ts';
import type { Life } from './scenario.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Demand in backends that would be wholly busy. Instants are offsets from the start of the scenario. */
export interface LoadShape {
  readonly form: 'office' | 'steady' | 'evenings';
  readonly peak: number;
  readonly seed: number;
  readonly utcOffsetMs: number;
  /** Share of the peak that is added, or with a minus lost, each day. */
  readonly growthPerDay: number;
  /** Factors on the load for a time: a spike, a sale, clients that are away (0). */
  readonly changes: readonly { readonly atMs: number; readonly forMs: number; readonly factor: number }[];
}

/** The same for the same shape, at any instant, also before the start. */
export function loadOf(shape: LoadShape, startAtMs: number): Load {
  const { form, peak, seed, utcOffsetMs } = shape;
  const office = officeLoad({ peak, seed, utcOffsetMs });
  const evenings = officeLoad({ peak, seed, utcOffsetMs: utcOffsetMs - 9 * HOUR });
  const usual: Load = form === 'office' ? office : form === 'evenings' ? evenings : () => peak;
  return (at) => {
    const since = at - startAtMs;
    const grown = Math.max(0.1, 1 + (shape.growthPerDay * since) / DAY);
    const factor = shape.changes.reduce(
      (product, change) =>
        since >= change.atMs && since < change.atMs + change.forMs ? product * change.factor : product,
      1,
    );
    return usual(at) * grown * factor;
  };
}

export function drawLoad(
  roll: Dice,
  {
    backends,
    days,
    timezone,
    life,
  }: { readonly backends: number; readonly days: number; readonly timezone: string; readonly life: Life },
): LoadShape {
  const changes = Array.from({ length: roll.int(0, Math.ceil(days / 10)) }, () => ({
    atMs: Math.round(roll.between(0, days * DAY)),
    forMs: Math.round(roll.between(HOUR / 2, roll.chance(0.3) ? 3 * DAY : 6 * HOUR)),
    factor: roll.pick([0, 0.3, 1.4, 1.8, 2.5]),
  }));
  return {
    form: roll.pick(['office', 'office', 'office', 'evenings', 'steady']),
    // At a target of 60 % the busiest hour needs from a third to all and more of the backends. Where people move the bounds
    // it needs few: the past, which is never forgotten in a week, forbids no change.
    peak: Math.round(backends * 0.6 * (life === 'busy' ? roll.between(0.2, 0.6) : roll.between(0.3, 1.15)) * 100) / 100,
    seed: roll.int(1, 1_000_000),
    utcOffsetMs: OFFSET_HOURS[timezone] === undefined ? 0 : OFFSET_HOURS[timezone] * HOUR,
    growthPerDay: roll.pick([0, 0, 0, 0.005, 0.02, -0.01]),
    changes,
  };
}

/** People get up by the sun: that is near enough for a load. */
const OFFSET_HOURS: Readonly<Record<string, number>> = {
  'Asia/Shanghai': 8,
  'Asia/Kathmandu': 6,
  'America/New_York': -5,
  'Europe/Berlin': 1,
  'Australia/Lord_Howe': 11,
  'America/Santiago': -4,
};
