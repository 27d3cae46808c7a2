import { perMinute } from '../../src/backtest/trace/trace.ts';
import type { Trace } from '../../src/backtest/trace/trace.ts';
import { DAY, HOUR, MINUTE } from './decision-input.ts';

/** Monday 2026-02-02 00:00 UTC. */
export const LOADS_START = Date.UTC(2026, 1, 2);
const STEP = 5 * MINUTE;

type Character = (hour: number, day: number, chance: () => number) => number;

const bell = (hour: number, middle: number, width: number): number => Math.exp(-(((hour - middle) / width) ** 2));
const isWeekend = (day: number): boolean => day % 7 >= 5;
const office = (hour: number, day: number): number => 2 + 14 * bell(hour, 14, 4) * (isWeekend(day) ? 0.4 : 1);

/** Load of a cluster as one finds it, five minutes apart; each is drawn from its own seed, the same one every time. */
const CHARACTERS: Readonly<Record<string, Character>> = {
  'office hours': (hour, day, chance) => office(hour, day) * (0.95 + 0.1 * chance()),
  'two peaks a day': (hour, day, chance) =>
    (3 + 8 * bell(hour, 10, 2) + 10 * bell(hour, 20, 2.5) + (isWeekend(day) ? 2 : 0)) * (0.95 + 0.1 * chance()),
  'nearly flat': (hour, _day, chance) => 12 + Math.sin((hour / 24) * 2 * Math.PI) + 0.8 * chance(),
  'growing by a tenth a week': (hour, day, chance) => office(hour, day) * 1.1 ** (day / 7) * (0.97 + 0.06 * chance()),
  'a shift upwards for good': (hour, day, chance) =>
    office(hour, day) * (day >= 24 ? 1.5 : 1) * (0.97 + 0.06 * chance()),
  'a shift downwards for good': (hour, day, chance) =>
    office(hour, day) * (day >= 20 ? 0.5 : 1) * (0.97 + 0.06 * chance()),
  bursts: (hour, _day, chance) => 4 + 2 * bell(hour, 14, 6) + (chance() < 0.004 ? 12 * chance() : 0) + chance(),
  'month-end reports': (hour, day, chance) => office(hour, day) * (day % 28 >= 25 ? 1.6 : 1) * (0.95 + 0.1 * chance()),
  'busy nights': (hour, day, chance) =>
    (2 + 12 * bell((hour + 12) % 24, 14, 3) + (isWeekend(day) ? 0 : 3)) * (0.95 + 0.1 * chance()),
};

export const LOAD_NAMES: readonly string[] = Object.keys(CHARACTERS);

export function generatedLoad(name: string, days = 42): Trace {
  const character = CHARACTERS[name];
  if (character === undefined) throw new Error(`there is no load named ${name}`);
  const chance = seeded(LOAD_NAMES.indexOf(name) + 1);
  const rows = (days * DAY) / STEP;
  const times = Float64Array.from({ length: rows }, (_, row) => LOADS_START + row * STEP);
  const values = times.map((at) => {
    const sinceStart = at - LOADS_START;
    return character((sinceStart % DAY) / HOUR, Math.floor(sinceStart / DAY), chance);
  });
  return perMinute({ name, times, columns: [{ name: 'load', values }] });
}

/** A linear congruence: plenty for noise. */
function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
