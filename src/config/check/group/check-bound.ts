import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import { DURATION_PATTERN, durationMs, PERCENTAGE_PATTERN, percentageRatio } from '../../parse-units.ts';
import { PRESETS } from '../../schema/group.ts';
import { show } from '../../schema/scalars.ts';
import type { Locate } from '../../source/located.ts';

/** How the bound of a signal is written. `any`: a query of the operator's own, a share or a number. */
export type BoundUnit = 'percentage' | 'number' | 'duration' | 'any';

const RIGHT: Readonly<Record<BoundUnit, string>> = {
  percentage: 'write a percentage such as 85%',
  number: 'write a number above 0',
  duration: 'write a duration such as 5s',
  any: 'write a percentage such as 85%, or a number above 0',
};

/** A bound must be above nothing and in the unit of its signal. */
export function checkBound(
  bound: number | string,
  { signal, unit }: { readonly signal: string; readonly unit: BoundUnit },
  locate: Locate,
): readonly Finding[] {
  const wrong = (message: string): readonly Finding[] => [error(locate(), message, RIGHT[unit])];
  const kind = kindOf(bound);
  if (kind === undefined || (unit === 'any' ? kind === 'duration' : kind !== unit)) {
    return wrong(`${show(bound)} is no bound of ${signal}`);
  }
  if (typeof bound === 'number') return bound > 0 && Number.isFinite(bound) ? [] : wrong(`${bound} is not above 0`);
  if (kind === 'duration') return durationMs(bound) > 0 ? [] : wrong(`${bound} is no time at all`);
  const ratio = percentageRatio(bound);
  return ratio > 0 && ratio <= 1 ? [] : wrong(`${bound} is not between 0% and 100%`);
}

function kindOf(bound: number | string): Exclude<BoundUnit, 'any'> | undefined {
  if (typeof bound === 'number') return 'number';
  if (PERCENTAGE_PATTERN.test(bound)) return 'percentage';
  return DURATION_PATTERN.test(bound) ? 'duration' : undefined;
}

export function isPreset(name: string): name is keyof typeof PRESETS {
  return Object.hasOwn(PRESETS, name);
}
