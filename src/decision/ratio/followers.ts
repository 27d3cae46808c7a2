import type { ChainLink, GroupDecision } from '../../domain/decision.ts';
import type { GroupMemory } from '../../domain/memory.ts';
import type { FrontendPolicy } from '../../domain/policy.ts';
import type { Topology } from '../../domain/topology.ts';
import { countOf } from '../explain/text.ts';
import { chooseFollowers } from '../victims/choose-followers.ts';
import { memoryOf } from '../world.ts';
import type { World } from '../world.ts';
import { concludeFrontends, link } from './conclude-frontends.ts';
import { changedByHand, nextFollowers } from './follower-count.ts';
import type { PlannedBackends } from './planned-backends.ts';
import { followersOf } from './quorum.ts';

export const FOLLOWERS = { role: 'follower', group: 'follower' } as const;

/** Followers that this plan takes away: observers make up for them before they go. */
export function followersLeaving(world: World, topology: Topology, policy: FrontendPolicy): number {
  const current = followersOf(topology).length;
  const count = current - nextFollowers(current, policy.followers);
  if (count <= 0 || changedByHand(memoryOf(world, FOLLOWERS), policy, current)) return 0;
  const { victims } = chooseFollowers(world, { provisioner: policy.provisioner, count });
  return victims.length < count ? 0 : count;
}

/** Followers change only by an edit of the policy, by a pair, and only while the rest serves all backends. */
export function decideFollowers(
  world: World,
  topology: Topology,
  policy: FrontendPolicy,
  backends: PlannedBackends,
): GroupDecision {
  const current = followersOf(topology).length;
  const wanted = policy.followers;
  const text = `followers: ${String(wanted)} in the policy`;
  const links: ChainLink[] = [];
  let target = nextFollowers(current, wanted);
  if (target !== wanted) {
    links.push(link('step', wanted, target, 'step', `one pair at a time (wanted ${String(wanted)})`));
  } else if (target !== current) links.push(link('bounds', current, target, undefined, text));
  const served = policy.backendsPerFrontend.max * (topology.frontends.length - (current - target));
  const most = Math.max(backends.current, backends.after);
  if (target < current && most > served) {
    const rest = countOf(topology.frontends.length - (current - target), 'FE');
    const detail = `${countOf(most, 'BE')}; ${rest} would serve up to ${String(served)}: observers have to come first`;
    links.push(link('ratio', target, current, 'ratio', detail));
    target = current;
  }
  const memory = memoryOf(world, FOLLOWERS);
  return concludeFrontends(world, {
    key: FOLLOWERS,
    current,
    wanted,
    target,
    toFloor: false,
    memory: current % 2 === 0 ? impatient(memory) : memory,
    provisioner: policy.provisioner,
    choose: () => chooseFollowers(world, { provisioner: policy.provisioner, count: current - target }),
    chain: links,
    bindingReason: text,
  });
}

/** Half a pair rests no longer than a day after removals that failed. */
function impatient(memory: GroupMemory): GroupMemory {
  return { ...memory, failedRemovals: Math.min(1, memory.failedRemovals) };
}
