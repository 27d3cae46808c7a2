import { configNumber } from '../config.ts';
import { isSchedulable, type RegisteredBackend, registeredBackends } from '../queries.ts';
import type { ClusterState, DiskState } from '../state.ts';
import type { PartitionState } from '../tablets/state.ts';
import { bucketPlacement, type Holder, holdersOf } from '../tablets/tablet-health.ts';
import { type TabletPlace, tabletsOf } from '../tablets/tablet-index.ts';
import { freeSlots, slotLimits, type SlotKind, type SlotLimits } from './slots.ts';

export interface Destination {
  readonly backend: RegisteredBackend;
  readonly diskIndex: number;
  readonly disk: DiskState;
}

export type DestinationChoice =
  | { readonly kind: 'found'; readonly destination: Destination }
  /** `paths`: the disks that would do, none of them with a slot left. */
  | { readonly kind: 'no-slot'; readonly paths: readonly string[] }
  | { readonly kind: 'none'; readonly why: string };

/** What is the same for every tablet of one round. */
export interface RoundRules {
  /** First choice, and where there is no other. */
  readonly high: Room;
  readonly flood: Room;
  readonly slots: SlotLimits;
  /** Texts for tablets that no backend can take, by their allocation. */
  readonly refusals: Map<string, string>;
}

/** How full a disk may become. */
interface Room {
  readonly usedRatio: number;
  readonly leftBytes: number;
}

export function rulesOfRound(state: ClusterState): RoundRules {
  return {
    high: {
      usedRatio: configNumber(state, 'storage_high_watermark_usage_percent') / 100,
      leftBytes: configNumber(state, 'storage_min_left_capacity_bytes'),
    },
    flood: {
      usedRatio: configNumber(state, 'storage_flood_stage_usage_percent') / 100,
      leftBytes: configNumber(state, 'storage_flood_stage_left_capacity_bytes'),
    },
    slots: slotLimits(state),
    refusals: new Map(),
  };
}

/** The least loaded backend of the tag that may take a replica of a tablet, on a disk with room and a free slot. */
export function chooseDestination(
  state: ClusterState,
  place: TabletPlace,
  how: {
    readonly kind: SlotKind;
    readonly rules: RoundRules;
    /** This backend or none. */
    readonly onlyTo: string | undefined;
  },
): DestinationChoice {
  const { tablet, table, partition } = place;
  const bucket = bucketPlacement(state, table, tablet);
  const holders = holdersOf(state, tablet);
  const tag = missingTag(partition, holders);
  const searchWith = (room: Room): Search => {
    const search = newSearch(state, how, room);
    for (const backend of state.index.members.values()) {
      if (how.onlyTo !== undefined && backend.row.id !== how.onlyTo) continue;
      const isWanted = bucket === undefined ? backend.row.tags['location'] === tag : bucket.includes(backend.row.id);
      if (!isWanted || !takesReplicas(state, backend) || !sharesNoHost(holders, backend, bucket !== undefined))
        continue;
      backend.disks.forEach((disk, diskIndex) => {
        if (disk.online && disk.medium === partition.medium) search.look({ backend, diskIndex, disk }, tablet.bytes);
      });
    }
    return search;
  };
  const high = searchWith(how.rules.high);
  const search = high.hasRoom() ? high : searchWith(how.rules.flood);
  if (!search.hasRoom()) {
    const tagMissed = bucket === undefined ? tag : undefined;
    const key = `${JSON.stringify(partition.replicaAllocation)} ${partition.medium} ${tagMissed ?? ''}`;
    const why = how.rules.refusals.get(key) ?? noDestination(state, partition, tagMissed);
    how.rules.refusals.set(key, why);
    return { kind: 'none', why };
  }
  const best = search.best();
  return best === undefined ? { kind: 'no-slot', paths: search.full } : { kind: 'found', destination: best };
}

/** Alive, enabled, not leaving, its disks are known, and it is no compute node. */
export function takesReplicas(state: ClusterState, backend: RegisteredBackend): boolean {
  const { row, host } = backend;
  if (!isSchedulable(backend) || row.queryDisabled || row.loadDisabled || !row.disksReported) return false;
  return !state.faults.computeNodes.has(host);
}

/** Replicas of a tablet never share a host; a bucket of a colocate group may go to where one is being replaced. */
function sharesNoHost(holders: readonly Holder[], { row, host }: RegisteredBackend, byBackendOnly: boolean): boolean {
  for (const { backend, replica } of holders) {
    if (replica.backendId === row.id || (!byBackendOnly && backend?.host === host)) return false;
  }
  return true;
}

/** A tag that wants more replicas than stable backends of it hold; where none does, the only one. */
function missingTag({ replicaAllocation }: PartitionState, holders: readonly Holder[]): string {
  for (const tag in replicaAllocation) {
    let stable = 0;
    for (const { backend, ready } of holders) {
      if (ready && backend?.row.tags['location'] === tag && isSchedulable(backend)) stable += 1;
    }
    if (stable < (replicaAllocation[tag] ?? 0)) return tag;
  }
  return Object.keys(replicaAllocation)[0] ?? 'default';
}

interface Search {
  readonly look: (destination: Destination, tabletBytes: number) => void;
  readonly hasRoom: () => boolean;
  /** Disks with room and without a slot. */
  readonly full: readonly string[];
  /** Fewest tablets first, copies on their way included; then the emptier disk. */
  readonly best: () => Destination | undefined;
}

function newSearch(
  state: ClusterState,
  { kind, rules }: { readonly kind: SlotKind; readonly rules: RoundRules },
  { usedRatio, leftBytes }: Room,
): Search {
  let best: Destination | undefined;
  let bestLoad = 0;
  let bestBytes = 0;
  let hasRoom = false;
  const full: string[] = [];
  const look = (destination: Destination, tabletBytes: number): void => {
    const { backend, disk, diskIndex } = destination;
    const held = tabletsOf(state, backend.row.id);
    const dataBytes = held.bytesByDisk[diskIndex] ?? 0;
    const usedBytes = disk.otherBytes + disk.trashBytes + dataBytes + tabletBytes;
    if (usedBytes > disk.totalBytes * usedRatio || disk.totalBytes - usedBytes < leftBytes) return;
    hasRoom = true;
    if (freeSlots(state, rules.slots, disk, kind) <= 0) {
      full.push(disk.pathHash);
      return;
    }
    const load = held.replicas.size;
    const onTheWay = (state.scheduler.slots.get(disk.pathHash)?.[kind] ?? 0) * COPY_BYTES;
    const bytes = dataBytes + onTheWay;
    if (best !== undefined && (load > bestLoad || (load === bestLoad && bytes >= bestBytes))) return;
    best = destination;
    bestLoad = load;
    bestBytes = bytes;
  };
  return { look, hasRoom: () => hasRoom, full, best: () => best };
}

/** What a copy on its way is taken for. */
const COPY_BYTES = 2 ** 28;

/** ErrMsg of a tablet that no backend can take. */
function noDestination(state: ClusterState, partition: PartitionState, tag: string | undefined): string {
  if (state.profile.version === '2.1') return 'unable to find dest path for new replica';
  const allocation = Object.entries(partition.replicaAllocation)
    .map(([name, replicas]) => `tag.location.${name}: ${String(replicas)}`)
    .join(', ');
  const tagText = tag === undefined ? 'null' : `{"location" : "${tag}"}`;
  const backends = tag === undefined ? [] : registeredBackends(state).filter(({ row }) => row.tags['location'] === tag);
  const told = backends.map((backend) => {
    const { row, host, disks } = backend;
    const name = `backendId=${row.id}, host=${host}`;
    if (row.decommissioned) return `[${name}, isDecommissioned=true, exclude it]`;
    if (!row.alive) return `[${name}, isAlive=false, exclude it]`;
    if (row.loadDisabled) return `[${name}, isLoadAvailable=false, exclude it]`;
    if (row.queryDisabled) return `[${name}, isQueryAvailable=false, exclude it]`;
    const count = (medium: DiskState['medium']): string => {
      const ok = disks.filter((disk) => disk.medium === medium && disk.online).length;
      return ok === 0 ? '{}' : `{ok=${String(ok)},}`;
    };
    return `[${name}, hdd disks count=${count('HDD')}, ssd disk count=${count('SSD')}]`;
  });
  return `unable to find dest path for new replica for replica allocation { ${allocation} } with tag ${tagText} storage medium ${partition.medium}, backends on this tag is: [${told.join(', ')}]`;
}
