import { configNumber } from '../config.ts';
import { isSchedulable, type RegisteredBackend, registeredBackends } from '../queries.ts';
import type { ClusterState, DiskState, PartitionState, TabletState } from '../state.ts';
import { bucketPlacement, holdersOf } from '../tablets/tablet-health.ts';
import { type TabletPlace, tabletsOf } from '../tablets/tablet-index.ts';
import { freeSlots, type SlotKind } from './slots.ts';

export interface Destination {
  readonly backend: RegisteredBackend;
  readonly diskIndex: number;
  readonly disk: DiskState;
}

export type DestinationChoice =
  | { readonly kind: 'found'; readonly destination: Destination }
  | { readonly kind: 'no-slot' }
  | { readonly kind: 'none'; readonly why: string };

/** The least loaded backend of the tag that may take a replica of a tablet, on a disk with room and a free slot. */
export function chooseDestination(
  state: ClusterState,
  place: TabletPlace,
  kind: SlotKind,
  /** Only this one. */
  backendId?: string,
): DestinationChoice {
  const { tablet, partition, table } = place;
  const bucket = bucketPlacement(state, table, tablet);
  const tag = missingTag(state, place);
  const candidates = registeredBackends(state).filter(
    (backend) =>
      (backendId === undefined || backend.row.id === backendId) &&
      takesReplicas(backend) &&
      (bucket === undefined ? backend.row.tags['location'] === tag : bucket.includes(backend.row.id)) &&
      sharesNoHost(state, tablet, backend, bucket !== undefined),
  );
  const withRoom = (watermark: Watermark): readonly Destination[] =>
    candidates.flatMap((backend) => disksWithRoom(state, backend, { partition, tablet, watermark }));
  const high = withRoom(highWatermark(state));
  const choices = high.length > 0 ? high : withRoom(floodStage(state));
  if (choices.length === 0)
    return { kind: 'none', why: noDestination(state, partition, bucket === undefined ? tag : undefined) };
  const free = choices.filter(({ disk }) => freeSlots(state, disk, kind) > 0);
  const best = leastLoaded(state, free);
  return best === undefined ? { kind: 'no-slot' } : { kind: 'found', destination: best };
}

/** Alive, enabled, not leaving, and its disks are known. */
export function takesReplicas(backend: RegisteredBackend): boolean {
  const { row } = backend;
  return isSchedulable(backend) && !row.queryDisabled && !row.loadDisabled && row.disksReported;
}

/** Replicas of a tablet never share a host; a bucket of a colocate group may go to where one is being replaced. */
function sharesNoHost(
  state: ClusterState,
  tablet: TabletState,
  backend: RegisteredBackend,
  byBackendOnly: boolean,
): boolean {
  if (tablet.replicas.some(({ backendId }) => backendId === backend.row.id)) return false;
  return byBackendOnly || holdersOf(state, tablet).every((holder) => holder.backend?.host !== backend.host);
}

/** A tag that wants more replicas than stable backends of it hold; where none does, the only one. */
function missingTag(state: ClusterState, { partition, tablet }: TabletPlace): string {
  const holders = holdersOf(state, tablet);
  const tags = Object.entries(partition.replicaAllocation);
  const missing = tags.find(([tag, wanted]) => {
    const stable = holders.filter(
      ({ backend, ready }) =>
        ready && backend !== undefined && isSchedulable(backend) && backend.row.tags['location'] === tag,
    );
    return stable.length < wanted;
  });
  return (missing ?? tags[0])?.[0] ?? 'default';
}

interface Watermark {
  readonly usedRatio: number;
  readonly leftBytes: number;
}

function highWatermark(state: ClusterState): Watermark {
  return {
    usedRatio: configNumber(state, 'storage_high_watermark_usage_percent') / 100,
    leftBytes: configNumber(state, 'storage_min_left_capacity_bytes'),
  };
}

function floodStage(state: ClusterState): Watermark {
  return {
    usedRatio: configNumber(state, 'storage_flood_stage_usage_percent') / 100,
    leftBytes: configNumber(state, 'storage_flood_stage_left_capacity_bytes'),
  };
}

function disksWithRoom(
  state: ClusterState,
  backend: RegisteredBackend,
  {
    partition,
    tablet,
    watermark,
  }: { readonly partition: PartitionState; readonly tablet: TabletState; readonly watermark: Watermark },
): readonly Destination[] {
  const { bytesByDisk } = tabletsOf(state, backend.row.id);
  return backend.disks.flatMap((disk, diskIndex) => {
    if (!disk.online || disk.medium !== partition.medium) return [];
    const usedBytes = disk.otherBytes + disk.trashBytes + (bytesByDisk[diskIndex] ?? 0) + tablet.bytes;
    const fits =
      usedBytes <= disk.totalBytes * watermark.usedRatio && disk.totalBytes - usedBytes >= watermark.leftBytes;
    return fits ? [{ backend, diskIndex, disk }] : [];
  });
}

/** Fewest tablets first, copies on their way included; then the emptier disk. */
function leastLoaded(state: ClusterState, choices: readonly Destination[]): Destination | undefined {
  let best: { readonly destination: Destination; readonly load: number; readonly bytes: number } | undefined;
  for (const destination of choices) {
    const held = tabletsOf(state, destination.backend.row.id);
    const slots = state.scheduler.slots.get(destination.disk.pathHash);
    const load = held.replicas.size;
    const bytes = (held.bytesByDisk[destination.diskIndex] ?? 0) + (slots?.repair ?? 0) * 2 ** 28;
    if (best === undefined || load < best.load || (load === best.load && bytes < best.bytes)) {
      best = { destination, load, bytes };
    }
  }
  return best?.destination;
}

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
