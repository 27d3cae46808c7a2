import type { Victim } from '../../domain/decision.ts';
import type { Frontend } from '../../domain/topology.ts';
import { namesText } from '../explain/text.ts';
import { memoryOf } from '../world.ts';
import type { World } from '../world.ts';
import { knownHosts } from './choose.ts';
import type { Choice } from './choose.ts';

/**
 * Followers to take out: never the master, one that is protected or one on a host that the provisioner does not know. A dead
 * one goes first, since without it the rest needs fewer to agree; then one that the policy's endpoints do not name, and of
 * those that they name one always stays.
 */
export function chooseFollowers(
  world: World,
  { provisioner, count }: { readonly provisioner: string | undefined; readonly count: number },
): Choice {
  const frontends = world.topology?.frontends ?? [];
  const known = knownHosts(world, provisioner);
  if (typeof known === 'string') return { victims: [], refusal: known };
  const refused = new Map<string, string[]>();
  const refuse = (why: string, { address }: Frontend): void => {
    refused.set(why, [...(refused.get(why) ?? []), address]);
  };
  const named = new Set(frontends.filter((each) => isNamed(world, each)).map(({ address }) => address));
  let entrances = frontends.filter(({ address, alive }) => alive && named.has(address)).length;
  const victims: Victim[] = [];
  const inOrder = frontends
    .filter(({ role }) => role === 'FOLLOWER')
    .toSorted(
      (a, b) =>
        Number(a.alive) - Number(b.alive) ||
        Number(named.has(a.address)) - Number(named.has(b.address)) ||
        (a.address < b.address ? 1 : -1),
    );
  for (const follower of inOrder) {
    if (victims.length >= count) break;
    const isEntrance = follower.alive && named.has(follower.address);
    if (follower.isMaster) refuse('the master', follower);
    else if (world.policy.protect.includes(follower.host)) refuse('protected by the policy', follower);
    else if (known !== undefined && !known(follower))
      refuse(`its host is not known to provisioner ${provisioner ?? ''}`, follower);
    else if (isEntrance && entrances <= 1) refuse('the last that the endpoints of the policy name', follower);
    else {
      if (isEntrance) entrances -= 1;
      victims.push(victimOf(world, follower));
    }
  }
  const text = [...refused].map(([why, nodes]) => `${namesText(nodes)}: ${why}`).join('; ');
  return { victims, refusal: text === '' ? 'no follower is left to choose' : text };
}

/** Endpoints may also be names from outside, which no row shows. */
function isNamed({ policy }: World, { host, queryPort }: Frontend): boolean {
  return policy.endpoints.some((endpoint) => endpoint.host === host && endpoint.port === queryPort);
}

function victimOf(world: World, { address, alive }: Frontend): Victim {
  return {
    node: address,
    backendId: undefined,
    bytes: 0,
    tablets: 0,
    estimatedMs: memoryOf(world, { role: 'follower', group: 'follower' }).removeDurationMs,
    why: `${address}: a follower that is not the master${alive ? '' : ', and not alive'}`,
  };
}
