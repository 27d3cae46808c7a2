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
  const named = own.filter((each) => each.signal === condition.signal);
  if (named.length === 0 && !isPreset(condition.signal)) {
    const known = [...new Set([...own.map((each) => each.signal), ...Object.keys(PRESETS)])];
    return [
      error(
        locate('signal'),
        `there is no signal "${condition.signal}"`,
        didYouMean(condition.signal, known, `known: ${known.join(', ')}`),
      ),
    ];
  }
  const units = unitsOf(condition.signal, named);
  const [unit = 'any', other] = units;
  if (other !== undefined) {
    const message = `"${condition.signal}" is a ${unit} in one group and a ${other} in another`;
    return [error(locate('signal'), message, 'give them different names')];
  }
  const bound = condition[key];
  return bound === undefined ? [] : checkBound(bound, { signal: condition.signal, unit }, locate.at(key));
}

/** Each group is held against the bound by its own signal of the name: one number must mean the same to all. */
function unitsOf(name: string, named: readonly SignalFile[]): readonly BoundUnit[] {
  if (isPreset(name)) return [PRESETS[name].unit];
  return [...new Set(named.map(unitOf))].filter((unit) => unit !== 'any');
}

function unitOf(own: SignalFile): BoundUnit {
  if (own.target !== undefined) return 'percentage';
  return own.perNode === undefined ? 'any' : 'number';
}
