import { expect } from 'vitest';
import type { Simulation } from './simulate.ts';

/** What an operation of ours may send at any time; all else needs an open window. */
const ANY_TIME = [
  /^ADMIN SET /,
  /^CANCEL DECOMMISSION /,
  /^ALTER SYSTEM MODIFY BACKEND .*"disable_(query|load)" = "false"/,
  /^ALTER SYSTEM DROPP BACKEND /,
];

export function changesNeedWindows(simulation: Simulation): void {
  const outside = simulation.changes().filter(({ windowOpen }) => !windowOpen);
  expect(outside.filter(({ text }) => !ANY_TIME.some((allowed) => allowed.test(text)))).toEqual([]);
}

/** At every look enough storage backends stay for three replicas, and no more left at once than the step allows. */
export function staysWithin(simulation: Simulation, bounds: { readonly least: number; readonly most: number }): void {
  const counts = simulation.counts.map(({ backends }) => backends);
  expect(counts.length).toBeGreaterThan(0);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.max(3, bounds.least));
  expect(Math.max(...counts)).toBeLessThanOrEqual(bounds.most);
}

/** Every evaluation ended, and every operation that is over left nothing of its own behind. */
export function leftClean(simulation: Simulation): void {
  expect(simulation.errors).toEqual([]);
  const flag = simulation.changes().findLast(({ text }) => text.includes('drop_backend_after_decommission'));
  if (flag !== undefined) expect(flag.text).toMatch(/"true"\)$/);
}
