import type { NodeAddress } from '../../domain/node.ts';
import type { Frontend, Topology } from '../../domain/topology.ts';
import { countOf, namesText } from '../explain/text.ts';

/** The master is one of them. */
export function followersOf({ frontends }: Pick<Topology, 'frontends'>): readonly Frontend[] {
  return frontends.filter((frontend) => frontend.role === 'FOLLOWER');
}

/** Followers that must agree for the master to write. */
export function majorityOf(followers: number): number {
  return Math.floor(followers / 2) + 1;
}

/** Why no write may be sent at all; undefined = a majority of followers is alive. */
export function noMajority(topology: Pick<Topology, 'frontends'>): string | undefined {
  const followers = followersOf(topology);
  const alive = aliveIn(followers);
  if (alive >= majorityOf(followers.length)) return undefined;
  return `${String(alive)} of ${String(followers.length)} followers alive: no majority`;
}

/**
 * Why no follower may be added now. With every follower alive one more leaves as many failures to bear as before: 3 bear one,
 * so do 4. With a dead one it would use up what is left.
 */
export function mayNotJoin(topology: Pick<Topology, 'frontends'>): string | undefined {
  const dead = followersOf(topology).filter(({ alive }) => !alive);
  if (dead.length === 0) return undefined;
  const names = namesText(dead.map(({ address }) => address));
  return `follower ${names} ${dead.length === 1 ? 'is' : 'are'} not alive: a new one would weaken the quorum`;
}

/**
 * Why these followers may not leave, one after another in this order. Those that stay must all be alive in the end, and at each
 * step the alive ones must outnumber the majority that is needed after it: Doris asks the same before it drops an alive
 * follower (2.1 and later), here it is asked for dead ones, too, and in every version.
 */
export function mayNotLeave(
  topology: Pick<Topology, 'frontends'>,
  leaving: readonly NodeAddress[],
): string | undefined {
  let followers = followersOf(topology);
  for (const node of leaving) {
    const alive = aliveIn(followers);
    followers = followers.filter(({ address }) => address !== node);
    if (followers.length === 0) return `${node} is the last follower`;
    const needed = majorityOf(followers.length);
    if (alive <= needed) {
      return `without ${node} ${String(needed)} of ${countOf(followers.length, 'follower')} must agree, and ${String(alive)} are alive now: the quorum would not be safe`;
    }
  }
  const dead = followers.filter(({ alive }) => !alive).map(({ address }) => address);
  if (dead.length === 0) return undefined;
  return `${String(followers.length - dead.length)} of ${String(followers.length)} followers would be alive after it, ${namesText(dead)} not: the quorum would not be safe`;
}

function aliveIn(followers: readonly Frontend[]): number {
  return followers.filter(({ alive }) => alive).length;
}
