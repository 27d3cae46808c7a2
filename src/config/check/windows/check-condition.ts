import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import type { SignalFile } from '../../schema/group.ts';
import { PRESETS, signal } from '../../schema/group.ts';
import type { Locate } from '../../source/located.ts';
import { didYouMean } from '../../suggest.ts';
import type { BoundUnit } from '../group/check-bound.ts';
import { checkBound, isPreset } from '../group/check-bound.ts';
import { itemsAt } from '../section.ts';

/** A condition of idle or emergency: its signal must exist, its bound must be in the signal's unit. */
export function checkCondition(
  condition: { readonly signal: string; readonly below?: number | string; readonly above?: number | string },
  key: 'below' | 'above',
  locate: Locate,
  groups: readonly unknown[],
): readonly Finding[] {
  const own = groups.flatMap((group) => itemsAt(group, 'signals')).flatMap((item) => signal.safeParse(item).data ?? []);
  const found = own.find((each) => each.signal === condition.signal);
  if (found === undefined && !isPreset(condition.signal)) {
    const known = [...new Set([...own.map((each) => each.signal), ...Object.keys(PRESETS)])];
    return [
      error(
        locate('signal'),
        `there is no signal "${condition.signal}"`,
        didYouMean(condition.signal, known, `known: ${known.join(', ')}`),
      ),
    ];
  }
  const bound = condition[key];
  return bound === undefined
    ? []
    : checkBound(bound, { signal: condition.signal, unit: unitOf(condition.signal, found) }, locate.at(key));
}

function unitOf(name: string, own: SignalFile | undefined): BoundUnit {
  if (isPreset(name)) return PRESETS[name].unit;
  if (own?.target !== undefined) return 'percentage';
  return own?.perNode === undefined ? 'any' : 'number';
}
