import type { Victim } from '../../domain/decision.ts';
import type { GroupMemory } from '../../domain/memory.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Backend } from '../../domain/topology.ts';
import { bytesText, countText, namesText } from '../explain/text.ts';
import { INTERNAL_REPLICAS, holdsData } from '../guards/data/places.ts';
import { removalMs } from '../sizing/lead-time.ts';
import type { World } from '../world.ts';

export interface Choice {
  readonly victims: readonly Victim[];
  /** Why there are not more. */
  readonly refusal: string;
}

export interface ChooseRequest {
  readonly members: readonly Backend[];
  readonly memory: GroupMemory;
  readonly provisioner: string | undefined;
  readonly count: number;
  /** At admission: only what the decision chose, whose evidence was read. */
  readonly only: readonly NodeAddress[] | undefined;
}

/** Looks through the whole inventory before an index of it pays. */
const SCANS = 16;
/** `doris-be-5.doris-be.ns.svc`: the set, then the ordinal. */
const POD = /^(.*-be)-(\d+)(\.|$)/;
/** `tag.zone` of a backend. */
const ZONE = 'zone';

/** The backends with the least to move that nothing protects; of a StatefulSet its highest ordinals. */
export function chooseVictims(world: World, request: ChooseRequest): Choice {
  const { members, memory, provisioner, count, only } = request;
  const known = knownHosts(world, provisioner);
  if (typeof known === 'string') return { victims: [], refusal: known };
  const rules = {
    protectedHosts: new Set(world.policy.protect),
    frontendHosts: new Set(world.topology?.frontends.map((frontend) => frontend.host)),
    skipped: new Set(memory.skip.filter((each) => each.until > world.at).map((each) => each.node)),
    known,
    provisioner,
  };
  const pick = (neededHosts: ReadonlySet<string>): Picked => {
    const picking = { members, count, only, rules: { ...rules, neededHosts } };
    return members.some(hasNeighbours) ? oneByOne(picking) : inOnePass(picking);
  };
  const spared = hostsToSpare(members);
  const sparing = pick(spared);
  const { best, refused } = spared.size > 0 && sparing.best.length < count ? pick(new Set()) : sparing;
  const text = [...refused].map(([why, nodes]) => `${namesText(nodes)}: ${why}`).join('; ');
  return {
    victims: best.map((backend) => victimOf(backend, memory, world)),
    refusal: text === '' ? 'no backend is left to choose' : text,
  };
}

interface Pick {
  readonly members: readonly Backend[];
  readonly count: number;
  readonly only: readonly NodeAddress[] | undefined;
  readonly rules: Rules;
}

interface Picked {
  readonly best: readonly Backend[];
  /** Addresses by why not. */
  readonly refused: ReadonlyMap<string, readonly NodeAddress[]>;
}

/** Where no backend depends on its neighbours: a thousand are not sorted for the sake of one. */
function inOnePass({ members, count, only, rules }: Pick): Picked {
  const refused = new Map<string, NodeAddress[]>();
  const best: Backend[] = [];
  for (const member of members) {
    if (only !== undefined && !only.includes(member.address)) continue;
    const last = best.at(-1);
    if (best.length >= count && last !== undefined && !hasLess(member, last)) continue;
    const why = refusalOf(member, rules);
    if (why === undefined) insert(best, member, count);
    else note(refused, why, member);
  }
  return { best, refused };
}

/** With zones or StatefulSets each choice changes what may be chosen next: a zone keeps one, a set ends at its highest pod. */
function oneByOne({ members, count, only, rules }: Pick): Picked {
  const refused = new Map<string, NodeAddress[]>();
  const best: Backend[] = [];
  const inZone = new Map<string, number>();
  for (const { alive, tags } of members) {
    const zone = tags[ZONE];
    if (zone !== undefined && alive) inZone.set(zone, (inZone.get(zone) ?? 0) + 1);
  }
  const ended = new Set<string>();
  for (const member of members.toSorted((a, b) => (isBetter(a, b) ? -1 : 1))) {
    if (best.length >= count) break;
    const zone = member.tags[ZONE];
    const left = zone === undefined ? Infinity : (inZone.get(zone) ?? 0);
    const set = podOf(member)?.set;
    const eligible = only === undefined || only.includes(member.address);
    const why =
      refusalOf(member, rules) ??
      (left <= 1 ? `the last of zone ${zone ?? ''}` : undefined) ??
      (set !== undefined && ended.has(set) ? 'a StatefulSet gives up its highest ordinal first' : undefined);
    if (why === undefined && eligible) {
      best.push(member);
      if (zone !== undefined) inZone.set(zone, left - 1);
      continue;
    }
    if (set !== undefined) ended.add(set);
    if (why !== undefined && eligible) note(refused, why, member);
  }
  return { best, refused };
}

function hasNeighbours(member: Backend): boolean {
  return member.tags[ZONE] !== undefined || podOf(member) !== undefined;
}

function note(refused: Map<string, NodeAddress[]>, why: string, { address }: Backend): void {
  refused.set(why, [...(refused.get(why) ?? []), address].slice(0, 4));
}

interface Located {
  readonly address: NodeAddress;
  readonly host: string;
}

interface Rules {
  readonly protectedHosts: ReadonlySet<string>;
  readonly frontendHosts: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
  readonly known: ((member: Located) => boolean) | undefined;
  readonly provisioner: string | undefined;
  readonly neededHosts: ReadonlySet<string>;
}

/** Where each host is needed for a replica and some host has several backends: the hosts that have but one. */
function hostsToSpare(members: readonly Backend[]): ReadonlySet<string> {
  const onHost = new Map<string, number>();
  for (const member of members) if (holdsData(member)) onHost.set(member.host, (onHost.get(member.host) ?? 0) + 1);
  const single = [...onHost].filter(([, count]) => count === 1).map(([host]) => host);
  return new Set(onHost.size > INTERNAL_REPLICAS || single.length === onHost.size ? [] : single);
}

function refusalOf(member: Backend, rules: Rules): string | undefined {
  if (!member.alive) return 'not alive';
  if (rules.protectedHosts.has(member.host)) return 'protected by the policy';
  if (rules.frontendHosts.has(member.host)) return 'a frontend runs on its host';
  if (rules.neededHosts.has(member.host) && holdsData(member)) return 'its host is needed for a replica';
  if (rules.skipped.has(member.address)) return 'skipped for 7 days after a removal that did not succeed';
  if (rules.known !== undefined && !rules.known(member))
    return `its host is not known to provisioner ${rules.provisioner ?? ''}`;
  return undefined;
}

/** Without a provisioner every host will do: the report says which process to stop. A text: why no host is known. */
export function knownHosts(
  world: World,
  provisioner: string | undefined,
): ((member: Located) => boolean) | undefined | string {
  if (provisioner === undefined) return undefined;
  const inventory = world.observation.hosts[provisioner];
  if (inventory === undefined) return `provisioner ${provisioner} was not asked`;
  if (!inventory.known) return `provisioner ${provisioner}: ${inventory.reason}`;
  const listed = inventory.value.hosts;
  const has = ({ address, host }: Located): boolean =>
    listed.some((each) => (each.address === undefined ? each.host === host : each.address === address));
  // Few backends are asked for in one pass; an unlucky order gets an index.
  let asked = 0;
  let index: ReadonlySet<string> | undefined;
  return (member) => {
    asked += 1;
    if (asked <= SCANS) return has(member);
    index ??= new Set(listed.map((each) => each.address ?? each.host));
    return index.has(member.address) || index.has(member.host);
  };
}

/** Keeps the `count` best, sorted; count is small. */
function insert(best: Backend[], member: Backend, count: number): void {
  let place = best.length;
  while (place > 0) {
    const before = best[place - 1];
    if (before === undefined || !hasLess(member, before)) break;
    place -= 1;
  }
  best.splice(place, 0, member);
  if (best.length > count) best.pop();
}

/** Pods go by their ordinal, since their operator removes the highest; everything else, and before them, by what there is to move. */
function isBetter(a: Backend, b: Backend): boolean {
  const ordinalA = podOf(a)?.ordinal ?? Infinity;
  const ordinalB = podOf(b)?.ordinal ?? Infinity;
  return ordinalA === ordinalB ? hasLess(a, b) : ordinalA > ordinalB;
}

/** Less to move. */
function hasLess(a: Backend, b: Backend): boolean {
  if (a.dataUsedBytes !== b.dataUsedBytes) return a.dataUsedBytes < b.dataUsedBytes;
  if (a.tablets !== b.tablets) return a.tablets < b.tablets;
  return a.address < b.address;
}

function podOf({ host }: Backend): { readonly set: string; readonly ordinal: number } | undefined {
  const [, set, ordinal] = (host.includes('-be-') ? POD.exec(host) : null) ?? [];
  return set === undefined || ordinal === undefined ? undefined : { set, ordinal: Number(ordinal) };
}

function victimOf(backend: Backend, memory: GroupMemory, world: World): Victim {
  const bytes = Math.max(0, backend.dataUsedBytes);
  return {
    node: backend.address,
    backendId: backend.id,
    bytes,
    tablets: backend.tablets,
    estimatedMs: removalMs(bytes, memory.removeDurationMs, world.policy, world.memory),
    why: `${backend.address}: ${bytesText(bytes)} in ${countText(backend.tablets)} tablets, ${podOf(backend) === undefined ? 'the least to move' : 'the highest ordinal'}`,
  };
}
