import type { GroupDecision } from '../../domain/decision.ts';
import type { FrontendPolicy } from '../../domain/policy.ts';
import { countOf } from '../explain/text.ts';
import { growingInOrder, growthOf } from '../plan/growth-order.ts';
import type { World } from '../world.ts';

/**
 * Backends do not grow beyond what the frontends serve: where the observer that has to come first cannot come now, growth ends
 * at max x F. With the frontend in the same plan it goes on, since frontends are added before backends. What leaves makes no room,
 * since it leaves after all growth.
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
  const cuts = cutsOf(backends, totalNow(world) + totalGrowth(backends) - most);
  return backends.map((group): GroupDecision => {
    const { current, desired } = group;
    const cut = cuts.get(group);
    if (cut === undefined || current === undefined || desired === undefined) return group;
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
}

/** How much each group gives up: what would come last, first. */
function cutsOf(backends: readonly GroupDecision[], excess: number): ReadonlyMap<GroupDecision, number> {
  const cuts = new Map<GroupDecision, number>();
  if (excess <= 0) return cuts;
  let left = excess;
  for (const { decision, nodes } of growingInOrder(backends).toReversed()) {
    if (left <= 0) break;
    const cut = Math.min(left, nodes);
    left -= cut;
    cuts.set(decision, cut);
  }
  return cuts;
}

/** Backends of the cluster that are not leaving. */
export function totalNow(world: World): number {
  return world.topology?.backends.reduce((sum, backend) => sum + (backend.decommissioned ? 0 : 1), 0) ?? 0;
}

/**
 * The most there will be once this plan has begun, groups without a policy included: growth is carried out before anything
 * leaves.
 */
export function totalAfter(world: World, backends: readonly GroupDecision[]): number {
  const growth = totalGrowth(backends);
  if (growth > 0) return totalNow(world) + growth;
  return backends.reduce((sum, group) => sum + (group.desired ?? 0) - (group.current ?? 0), totalNow(world));
}

function totalGrowth(backends: readonly GroupDecision[]): number {
  return backends.reduce((sum, group) => sum + growthOf(group), 0);
}
