import type { GroupDecision, PlannedStep } from '../../domain/decision.ts';
import { provisioningMs } from '../sizing/lead-time.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';

/** FE before BE on the way out, growth before anything leaves, BE before FE on the way in. */
const ORDER: readonly PlannedStep['kind'][] = [
  'add-follower',
  'add-observer',
  'add-backend',
  'remove-backend',
  'remove-observer',
  'remove-follower',
];

/** What no guard holds, in the order in which it is carried out; growth to a floor comes before other growth. */
export function planSteps(world: World, groups: readonly GroupDecision[]): readonly PlannedStep[] {
  return groups
    .flatMap((group) => {
      const step = stepOf(world, group);
      return step === undefined ? [] : [{ step, toFloor: group.toFloor }];
    })
    .toSorted((a, b) => inOrder({ kind: a.step.kind, ...a }, { kind: b.step.kind, ...b }))
    .map(({ step }) => step);
}

interface Urgency {
  readonly kind: PlannedStep['kind'];
  readonly toFloor: boolean;
}

/** Whether one change is carried out before another, whichever was wanted first. */
export function comesBefore(a: Urgency, b: Urgency): boolean {
  return inOrder(a, b) < 0;
}

/** Negative where `a` is carried out before `b`, zero where the policy's order stands. */
export function inOrder(a: Urgency, b: Urgency): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || Number(b.toFloor) - Number(a.toFloor);
}

function stepOf(world: World, group: GroupDecision): PlannedStep | undefined {
  const { current, desired, action, role } = group;
  if (action === 'hold' || current === undefined || desired === undefined || current === desired) return undefined;
  const policy = role === 'backend' ? world.policy.backends.find((each) => each.group === group.group) : undefined;
  const memory = memoryOf(world, group);
  const victims = action === 'scale-in' ? group.victims.slice(0, current - desired) : [];
  const estimatedMs =
    action === 'scale-out'
      ? provisioningMs(policy, memory)
      : victims.reduce(
          (sum: number | undefined, victim) =>
            sum === undefined || victim.estimatedMs === undefined ? undefined : sum + victim.estimatedMs,
          0,
        );
  return {
    role,
    group: group.group,
    kind: `${action === 'scale-out' ? 'add' : 'remove'}-${role}`,
    from: current,
    to: desired,
    nodes: victims.map((victim) => victim.node),
    estimatedMs,
    reasons: group.reasons,
  };
}
