import type { Topology } from '../../domain/topology.ts';
import { namesText } from '../explain/text.ts';
import { followersOf, mayNotJoin, mayNotLeave, noMajority } from '../ratio/quorum.ts';
import { clusterWhole } from './data/guards.ts';
import { everyBackendAlive } from './data/replicas.ts';
import type { Change } from './change.ts';
import type { Guard } from './guard.ts';
import { hold, pass } from './guard.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A node that restarted so recently may do so again. */
const SETTLED_MS = 30 * MINUTE_MS;
/** StatefulSet pods: something else counts them and would start them again. */
const POD = /-be-\d+(\.|$)/;

/** A thousand names are looked at: a plain search comes first. */
function isPod(host: string): boolean {
  return host.includes('-be-') && POD.test(host);
}

export const topologyUnknown: Guard = (_change, { topology, topologyProblem }) =>
  topology === undefined ? hold(topologyProblem) : pass('the cluster is seen from its master');

/** Any change needs a majority of followers alive; a change of followers must leave it as safe as it was, step by step. */
export const quorum: Guard = (change, { topology }) => {
  if (topology === undefined) return hold('the followers are unknown');
  const unsafe = noMajority(topology) ?? unsafeFollowers(change, topology);
  if (unsafe !== undefined) return hold(unsafe);
  const followers = followersOf(topology);
  const alive = followers.filter((frontend) => frontend.alive).length;
  return pass(`${String(alive)} of ${String(followers.length)} followers alive`);
};

function unsafeFollowers({ key, direction, victims }: Change, topology: Topology): string | undefined {
  if (key.role !== 'follower' || direction === undefined) return undefined;
  const leaving = victims.map(({ node }) => node);
  return direction === 'out' ? mayNotJoin(topology) : mayNotLeave(topology, leaving);
}

/** What this version must not act upon. */
export const versionUnsupported: Guard = ({ backend }, { topology, policy }) => {
  if (topology === undefined) return hold('the version of Doris is unknown');
  if (topology.mode === 'decoupled') {
    return hold('the cluster is decoupled (compute groups): this version of doris-autoscaler only watches it');
  }
  if (/^[01]\./.test(topology.version)) return hold(`Doris ${topology.version} is too old: 2.0 or newer is needed`);
  const pod = policy.allowUnmanagedPods ? undefined : backend?.members.find(({ host }) => isPod(host));
  if (pod !== undefined) {
    return hold(
      `${pod.host} looks like a StatefulSet pod that an operator manages; allowUnmanagedPods: true overrides`,
    );
  }
  return pass(`Doris ${topology.version}`);
};

/** More than one version, or several restarts: somebody upgrades the cluster. Growth to a floor waits 1 h for it at most. */
export const rollingRestart: Guard = ({ toFloor, memory: group, direction }, { topology, memory, at }) => {
  if (topology === undefined) return hold('the versions of the nodes are unknown');
  const recent = memory.restarts.filter((restart) => at - restart.seenAt < SETTLED_MS);
  const nodes = [...new Set(recent.map((restart) => restart.node))];
  const why =
    severalVersions(topology) ?? (nodes.length >= 2 ? `${namesText(nodes)} restarted within 30 min` : undefined);
  if (why === undefined) return pass('one version, no wave of restarts');
  const since = group.rollingHoldSince;
  if (toFloor && direction === 'out') {
    if (since !== undefined && at - since >= HOUR_MS)
      return pass(`${why}; growth to min or a floor waits no longer than 1 h`);
    return hold(why, (since ?? at) + HOUR_MS);
  }
  const oldest = nodes.length >= 2 ? Math.min(...recent.map((restart) => restart.seenAt)) : undefined;
  return hold(why, severalVersions(topology) === undefined && oldest !== undefined ? oldest + SETTLED_MS : undefined);
};

function severalVersions(topology: Topology): string | undefined {
  const backends = new Set<string>();
  for (const backend of topology.backends) if (backend.version !== '') backends.add(backend.version);
  if (backends.size > 1) return `backends run ${[...backends].join(' and ')}`;
  const frontends = new Set(
    topology.frontends.map((frontend) => frontend.version).filter((version) => version !== undefined && version !== ''),
  );
  return frontends.size > 1 ? `frontends run ${[...frontends].join(' and ')}` : undefined;
}

/** Nothing is taken from a cluster that is not well. */
export const clusterUnhealthy: Guard = (change, world) => {
  const { topology, memory, at } = world;
  if (topology === undefined) return hold('the state of the backends is unknown');
  if (change.backend === undefined) {
    const alive = everyBackendAlive(topology);
    if (alive.is !== 'pass') return hold(alive.detail);
  }
  const whole = clusterWhole(change, world);
  if (whole.hold) return whole;
  const restart = memory.restarts
    .filter((each) => each.role === 'backend' && at - each.seenAt < SETTLED_MS)
    .toSorted((a, b) => b.seenAt - a.seenAt)[0];
  if (restart !== undefined) return hold(`${restart.node} restarted within 30 min`, restart.seenAt + SETTLED_MS);
  return change.backend === undefined ? pass('every backend is alive') : whole;
};
