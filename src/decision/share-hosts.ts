import { decideBackends } from './decide-backends.ts';
import type { DecidedGroup } from './decide-backends.ts';
import { roomForGrowth } from './guards/hosts.ts';
import { growingInOrder, growthOf } from './plan/growth-order.ts';
import type { World } from './world.ts';

/**
 * Each group was decided as if every free host were its own: those that find too few left by the groups that grow before them
 * are decided again, with what is left.
 */
export function shareHosts(world: World, decided: readonly DecidedGroup[]): readonly DecidedGroup[] {
  const growing = growingInOrder(decided.map(({ decision }) => decision));
  if (growing.length < 2) return decided;
  const taken = new Map<string, number>();
  const again = new Map<string, DecidedGroup>();
  for (const { decision, nodes } of growing) {
    const policy = world.policy.backends.find((each) => each.group === decision.group);
    const provisioner = policy?.provisioner;
    if (policy === undefined || provisioner === undefined) continue;
    const before = taken.get(provisioner) ?? 0;
    let grows = nodes;
    if (before > 0 && before + nodes > roomForGrowth(provisioner, world, true)) {
      const fewer = decideBackends({ ...world, hostsTaken: new Map(taken) }, policy);
      again.set(decision.group, fewer);
      grows = growthOf(fewer.decision);
    }
    taken.set(provisioner, before + grows);
  }
  return decided.map((each) => again.get(each.decision.group) ?? each);
}
