import type { OperationTarget } from '../domain/operation.ts';
import type { Look } from './facts.ts';
import { kindOf } from './kinds/tables.ts';
import { isPassed, recordOf } from './steps/records.ts';
import { settingsLook } from './steps/settings.ts';
import type { Kind, Situation } from './steps/step.ts';

/**
 * What must be read for next() besides the topology, which is in `facts` already: the facts of the step in hand, or about to
 * begin, of each target, and the settings that stand changed.
 */
export function looks(situation: Situation): readonly Look[] {
  const kind = kindOf(situation.operation.kind);
  const { targets } = situation.operation;
  const unfinished = targets.flatMap((target, index) =>
    isFinished(kind, situation, index) ? [] : [{ target, index }],
  );
  const inHand = kind.order === 'side-by-side' ? unfinished : unfinished.slice(0, 1);
  return mergeConfigs([...settingsLook(situation), ...inHand.flatMap((each) => ofTarget(kind, situation, each))]);
}

function ofTarget(
  kind: Kind,
  situation: Situation,
  { target, index }: { readonly target: OperationTarget; readonly index: number },
): readonly Look[] {
  if (recordOf(situation.operation, index, 'turn')?.state === 'done') return [];
  const step = kind.steps.find((each) => !isPassed(recordOf(situation.operation, index, each.key)));
  return step?.looks?.({ ...situation, target, index }) ?? [];
}

function isFinished(kind: Kind, situation: Situation, index: number): boolean {
  return kind.steps.every((step) => isPassed(recordOf(situation.operation, index, step.key)));
}

function mergeConfigs(all: readonly Look[]): readonly Look[] {
  const keys = new Set(all.flatMap((look) => (look.fact === 'configs' ? look.keys : [])));
  const others = all.filter((look) => look.fact !== 'configs');
  return keys.size === 0 ? others : [{ fact: 'configs', keys: [...keys] }, ...others];
}
