import type { ChainLink, GroupDecision, Victim } from '../../domain/decision.ts';
import type { FrontendPolicy } from '../../domain/policy.ts';
import type { Frontend, Topology } from '../../domain/topology.ts';
import { unknownGroup } from '../conclude.ts';
import { countOf } from '../explain/text.ts';
import type { Choice } from '../victims/choose.ts';
import { memoryOf } from '../world.ts';
import type { World } from '../world.ts';
import { concludeFrontends, link } from './conclude-frontends.ts';
import { decideFollowers, FOLLOWERS, followersLeaving } from './followers.ts';
import type { PlannedBackends } from './planned-backends.ts';

const OBSERVERS = { role: 'observer', group: 'observer' } as const;

/**
 * Observers follow the backends: one more before they grow beyond max x F, one less after they fell below min x F. Followers
 * follow the policy.
 */
export function decideFrontends(
  world: World,
  frontend: FrontendPolicy,
  backends: PlannedBackends,
): readonly GroupDecision[] {
  const { topology } = world;
  if (topology === undefined) return [unknownGroup(OBSERVERS, world), unknownGroup(FOLLOWERS, world)];
  const followers = decideFollowers(world, topology, frontend, backends);
  const coming = followers.action === 'scale-out' ? (followers.desired ?? 0) - (followers.current ?? 0) : 0;
  const leaving = followersLeaving(world, topology, frontend);
  const total = topology.frontends.length + coming - leaving;
  return [observers(world, { topology, total }, frontend, backends), followers];
}

/** `total`: frontends with the followers that come first, without those that leave once observers make up for them. */
function observers(
  world: World,
  { topology, total }: { readonly topology: Topology; readonly total: number },
  policy: FrontendPolicy,
  backends: PlannedBackends,
): GroupDecision {
  const observing = topology.frontends.filter((each) => each.role === 'OBSERVER');
  const current = observing.length;
  const { min, max } = policy.backendsPerFrontend;
  const most = Math.max(backends.current, backends.after);
  const links: ChainLink[] = [];
  const text = `${countOf(backends.after, 'BE')}; ${countOf(total, 'FE')} ${total === 1 ? 'serves' : 'serve'} up to ${String(max * total)}`;
  let target = current;
  let wanted = current;
  if (current < policy.observers.min) {
    target = current + 1;
    wanted = policy.observers.min;
    links.push(link('bounds', current, target, 'at-min', `observers.min is ${String(policy.observers.min)}`));
  } else if (backends.after > max * total) {
    wanted = current + Math.ceil(backends.after / max) - total;
    target = Math.min(current + 1, policy.observers.max);
    if (target > current) links.push(link('ratio', current, target, 'ratio', `${text}: one more comes first`));
    else
      links.push(
        link('bounds', wanted, current, 'at-max', `observers.max is ${String(policy.observers.max)}; ${text}`),
      );
  } else if (
    policy.observers.min < current &&
    total > policy.followers &&
    most < min * total &&
    most <= max * (total - 1)
  ) {
    target = current - 1;
    wanted = target;
    links.push(link('ratio', current, target, 'ratio', `${text}; ${countOf(total - 1, 'FE')} would serve them`));
  }
  return concludeFrontends(world, {
    key: OBSERVERS,
    current,
    wanted,
    target,
    toFloor: backends.toFloor || current < policy.observers.min,
    memory: memoryOf(world, OBSERVERS),
    provisioner: policy.provisioner,
    choose: () => removable(world, observing, policy),
    chain: links,
    bindingReason: text,
  });
}

/** Only an observer that we added or that the policy names is ours to remove. */
function removable(world: World, observing: readonly Frontend[], policy: FrontendPolicy): Choice {
  const managed = new Set(policy.observers.managed);
  const ours = observing.filter(
    (each) =>
      (world.memory.ownObservers.includes(each.address) || managed.has(each.address) || managed.has(each.host)) &&
      !world.policy.protect.includes(each.host) &&
      !each.isMaster,
  );
  const chosen = ours.toSorted((a, b) => Number(a.alive) - Number(b.alive) || (a.address < b.address ? 1 : -1))[0];
  const refusal = 'no observer here was added by us or is named in observers.managed';
  if (chosen === undefined) return { victims: [], refusal };
  const victim: Victim = {
    node: chosen.address,
    backendId: undefined,
    bytes: 0,
    tablets: 0,
    estimatedMs: memoryOf(world, OBSERVERS).removeDurationMs,
    why: `${chosen.address}: an observer that is ours`,
  };
  return { victims: [victim], refusal };
}
