import type { Look } from './facts.ts';
import { kindOf } from './kinds/tables.ts';
import { isPassed, recordOf } from './steps/records.ts';
import { settingsLook } from './steps/settings.ts';
import { inPairOrder } from './steps/pair-order.ts';
import type { Context, Kind, Situation, Step } from './steps/step.ts';

/**
 * What must be read for next() besides the topology, which is in `facts` already: the facts of the step in hand, or about to
 * begin, of each target, and the settings that stand changed.
 */
export function looks(situation: Situation): readonly Look[] {
  const kind = kindOf(situation.operation.kind);
  const unfinished = contextsOf(kind, situation).filter((context) => unpassed(kind, context) !== undefined);
  const inHand = kind.order === 'side-by-side' || kind.gates !== undefined ? unfinished : unfinished.slice(0, 1);
  const wanted = inHand.flatMap((context) => unpassed(kind, context)?.looks?.(context) ?? []);
  return mergeConfigs([...settingsLook(situation), ...(kind.gates === undefined ? wanted : firstOfEach(wanted))]);
}

function contextsOf(kind: Kind, situation: Situation): readonly Context[] {
  if (kind.gates !== undefined) return inPairOrder(kind, situation);
  return situation.operation.targets.map((target, index) => ({ ...situation, target, index }));
}

/** The step in hand, of the way there or of the way back. */
function unpassed(kind: Kind, { operation, index }: Context): Step | undefined {
  const steps = recordOf(operation, index, 'turn')?.state === 'done' ? kind.undo : kind.steps;
  return steps.find((each) => !isPassed(recordOf(operation, index, each.key)));
}

/** Facts stand for themselves but for ports: of a pair the target in hand is asked about. */
function firstOfEach(all: readonly Look[]): readonly Look[] {
  return all.filter((look, at) => look.fact === 'port' || all.findIndex(({ fact }) => fact === look.fact) === at);
}

function mergeConfigs(all: readonly Look[]): readonly Look[] {
  const keys = new Set(all.flatMap((look) => (look.fact === 'configs' ? look.keys : [])));
  const others = all.filter((look) => look.fact !== 'configs');
  return keys.size === 0 ? others : [{ fact: 'configs', keys: [...keys] }, ...others];
}
