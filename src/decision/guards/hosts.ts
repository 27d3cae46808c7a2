import type { HostInventory } from '../../domain/host.ts';
import type { GroupMemory } from '../../domain/memory.ts';
import type { Topology } from '../../domain/topology.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import type { Guard, Judgement } from './guard.ts';
import { hold, pass } from './guard.ts';

const MINUTE_MS = 60_000;
/** Growth is urgent: the pause after additions that came to nothing grows no further. */
const LONGEST_PAUSE_MS = 120 * MINUTE_MS;

/** Growth needs a host that is free, or that its provisioner has to be asked for, and that came up when it was last tried. */
export const noHost: Guard = ({ provisioner, key, direction, memory, current, target }, world) => {
  if (direction !== 'out') return pass('nothing is to be added');
  const { topology, observation } = world;
  if (provisioner === undefined) return hold('no provisioner: add a host by hand, or name one in the policy');
  const inventory = observation.hosts[provisioner];
  if (inventory === undefined) return hold(`provisioner ${provisioner} was not asked`);
  if (!inventory.known) return hold(`provisioner ${provisioner}: ${inventory.reason}`);
  if (topology === undefined) return hold('registered hosts are unknown');
  const backends = key.role === 'backend';
  const all = freeHosts(world, inventory.value, topology, backends);
  if (all === 0)
    return hold(`provisioner ${provisioner} has no free host (${String(inventory.value.hosts.length)} known)`);
  const free = all - takenHosts(world, provisioner, backends);
  if (free <= 0) return hold(`provisioner ${provisioner} has ${String(all)} free, all for groups that grow first`);
  // Half a pair of followers is worse than none.
  const together = key.role === 'follower' ? target - current : 1;
  if (free < together)
    return hold(`provisioner ${provisioner} has ${String(free)} free, a pair of followers needs ${String(together)}`);
  return triedInVain(memory, world) ?? pass(`provisioner ${provisioner} has ${String(free)} free`);
};

/** 10, 20, 40 ... min, at most 2 h: what just failed is not begun anew at once, whatever asks for it. */
function triedInVain({ failedAdditions, lastFailedAdditionAt }: GroupMemory, world: World): Judgement | undefined {
  if (failedAdditions === 0 || lastFailedAdditionAt === undefined) return undefined;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, 10 * MINUTE_MS * 2 ** Math.min(failedAdditions - 1, 10));
  const until = lastFailedAdditionAt + pauseMs;
  if (until <= world.at) return undefined;
  const times = failedAdditions === 1 ? 'the last addition' : `the last ${String(failedAdditions)} additions`;
  const next = formatLocal(until, world.policy.windows.timezone, world.at);
  return hold(`${times} came to nothing: hosts are tried again ${next}, after ${formatDuration(pauseMs)}`, until);
}

/** Counted once per look: a thousand hosts are compared with a thousand members. */
const counted = new WeakMap<World, Map<string, number>>();

/** Hosts that may be acquired: dirty ones are reset first, and of unknown ones only acquiring tells. */
function freeHosts(world: World, inventory: HostInventory, topology: Topology, backends: boolean): number {
  const name = `${inventory.provisioner}/${String(backends)}`;
  const counts = counted.get(world) ?? new Map<string, number>();
  const known = counts.get(name);
  if (known !== undefined) return known;
  const nodes = backends ? topology.backends : topology.frontends;
  const addresses = new Set(nodes.map((node) => node.address));
  const names = new Set(nodes.map((node) => node.host));
  let free = 0;
  for (const { address, host, state, role } of inventory.hosts) {
    if (role !== undefined && role !== (backends ? 'backend' : 'frontend')) continue;
    if (state !== 'free' && state !== 'dirty' && state !== 'unknown') continue;
    if (address === undefined ? !names.has(host) : !addresses.has(address)) free += 1;
  }
  counted.set(world, counts.set(name, free));
  return free;
}

/** How many nodes can be added; Infinity when nobody can tell, since no-host says so then. */
export function roomForGrowth(provisioner: string | undefined, world: World, backends: boolean): number {
  const inventory = provisioner === undefined ? undefined : world.observation.hosts[provisioner];
  if (inventory === undefined || !inventory.known || world.topology === undefined) return Infinity;
  const free = freeHosts(world, inventory.value, world.topology, backends) - takenHosts(world, provisioner, backends);
  return free <= 0 ? Infinity : free;
}

/** Frontends are added before backends. */
function takenHosts({ hostsTaken }: World, provisioner: string | undefined, backends: boolean): number {
  return backends && provisioner !== undefined ? (hostsTaken?.get(provisioner) ?? 0) : 0;
}

export const noVictim: Guard = ({ choice, direction, victims, current, target }) => {
  if (direction !== 'in') return pass('nothing is to be removed');
  if (choice === undefined) return hold('no node may be removed');
  const wanted = current - target;
  return victims.length >= wanted && wanted > 0 ? pass(victims[0]?.why ?? '') : hold(choice.refusal);
};
