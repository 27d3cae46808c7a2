import type { Dice } from './scenario-dice.ts';

interface Place {
  readonly timezone: string;
  readonly before: readonly string[];
}

/** Zones, and noons shortly before their clocks change, where they do. */
const PLACES: readonly [Place, ...Place[]] = [
  { timezone: 'UTC', before: [] },
  { timezone: 'Asia/Shanghai', before: [] },
  { timezone: 'Asia/Kathmandu', before: [] },
  { timezone: 'America/New_York', before: ['2026-03-06T12:00:00Z', '2026-10-30T12:00:00Z'] },
  { timezone: 'Europe/Berlin', before: ['2026-03-27T12:00:00Z', '2026-10-23T12:00:00Z'] },
  { timezone: 'Australia/Lord_Howe', before: ['2026-04-03T12:00:00Z', '2026-10-02T12:00:00Z'] },
  // Its midnight is skipped.
  { timezone: 'America/Santiago', before: ['2026-04-03T12:00:00Z', '2026-09-04T12:00:00Z'] },
];
const DAY = 86_400_000;

/** A zone and a first instant: in zones with summer time one of two scenarios lives through a change of the clock. */
export function drawPlace(roll: Dice, days: number): { readonly timezone: string; readonly startAt: string } {
  const { timezone, before } = roll.pick(PLACES);
  const [first = '', second = ''] = before;
  if (first !== '' && roll.chance(0.5)) {
    const noon = Date.parse(roll.pick([first, second]));
    const early = roll.int(0, Math.max(0, Math.min(days - 4, 10))) * DAY;
    return { timezone, startAt: new Date(noon - early).toISOString() };
  }
  const start = Date.UTC(2026, 0, 5, 12) + roll.int(0, 330) * DAY + roll.int(0, 23) * (DAY / 24);
  return { timezone, startAt: new Date(start).toISOString() };
}
