import type { GroupDecision } from '../../domain/decision.ts';
import type { FrontendPolicy } from '../../domain/policy.ts';
import { countOf } from '../explain/text.ts';
import type { World } from '../world.ts';

/**
 * Backends do not grow beyond what the frontends serve: where the observer that has to come first cannot come now, growth ends
 * at max x F. With the frontend in the same plan it goes on, since frontends are added before backends.
 */
export function capGrowth(
  world: World,
  frontend: FrontendPolicy,
  backends: readonly GroupDecision[],
  frontends: readonly GroupDecision[],
): readonly GroupDecision[] {
  const { topology } = world;
  if (topology === undefined) return backends;
  const added = frontends.reduce(
    (sum, { action, desired, current }) => sum + (action === 'scale-out' ? (desired ?? 0) - (current ?? 0) : 0),
    0,
  );
  const serving = topology.frontends.length + added;
  const most = serving * frontend.backendsPerFrontend.max;
  let excess = totalAfter(world, backends) - most;
  if (excess <= 0) return backends;
  const capped = backends.toReversed().map((group): GroupDecision => {
    const { current, desired, action } = group;
    if (action !== 'scale-out' || current === undefined || desired === undefined || excess <= 0) return group;
    const cut = Math.min(excess, desired - current);
    excess -= cut;
    const to = desired - cut;
    const detail = `${countOf(serving, 'FE')} ${serving === 1 ? 'serves' : 'serve'} up to ${countOf(most, 'BE')}: an observer has to come first`;
    return {
      ...group,
      desired: to,
      recommended: to,
      action: to > current ? 'scale-out' : 'hold',
      reasons: [...group.reasons.filter((code) => code !== 'ratio'), 'ratio'],
      chain: [...group.chain, { stage: 'ratio', from: desired, to, code: 'ratio', detail }],
      wouldChangeIf: [{ code: 'ratio', detail, at: undefined }, ...group.wouldChangeIf],
    };
  });
  return capped.toReversed();
}

/** Backends of the cluster that are not leaving. */
export function totalNow(world: World): number {
  return world.topology?.backends.reduce((sum, backend) => sum + (backend.decommissioned ? 0 : 1), 0) ?? 0;
}

/** The same after this plan, groups without a policy included. */
export function totalAfter(world: World, backends: readonly GroupDecision[]): number {
  return backends.reduce((sum, group) => sum + (group.desired ?? 0) - (group.current ?? 0), totalNow(world));
}
