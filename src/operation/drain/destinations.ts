import { holdsData, hostsOf } from '../../decision/guards/data/places.ts';
import type { DiskUse } from '../../domain/evidence.ts';
import type { TableLeft } from '../../domain/stall.ts';
import type { Backend } from '../../domain/topology.ts';
import { countText, percentText } from '../text.ts';
import type { Sign, StallView } from './stall-view.ts';

/** A BE refuses clones above it (its own storage_flood_stage_usage_percent). */
const BACKEND_FULL = 0.9;
const COMPUTE = 'computation';

/** A table left on it that wants more replicas on its tag than hosts with storage backends stay. */
export function lacksPlaces(view: StallView, isMeant: (table: string) => boolean): Sign | undefined {
  const places = hostsOf(view.staying.filter(holdsData));
  const found = wanting(view, view.row.group, isMeant).find(({ replicas }) => replicas > places);
  if (found === undefined) return undefined;
  return {
    sure: true,
    why: `${found.table} wants ${countText(found.replicas)} replicas, and ${countText(places)} hosts with storage backends of tag ${view.row.group} stay`,
  };
}

/** With the compute nodes there would be places enough: the FE's own check counts them. */
export function needsComputeNodes(view: StallView): Sign | undefined {
  const compute = view.staying.filter(({ nodeRole, alive }) => nodeRole === COMPUTE && alive);
  if (compute.length === 0) return undefined;
  const places = hostsOf(view.staying.filter(holdsData));
  const counted = places + hostsOf(compute);
  const found = wanting(view, view.row.group, () => true).find(
    ({ replicas }) => replicas > places && replicas <= counted,
  );
  if (found === undefined) return undefined;
  return {
    sure: true,
    why: `${found.table} wants ${countText(found.replicas)} replicas, ${countText(places)} hosts can hold one; ${compute.map(({ address }) => address).join(', ')} hold no data`,
  };
}

/** A table left on it wants replicas on a tag that no storage backend has. */
export function lacksTag(view: StallView): Sign | undefined {
  if (view.staying.some(holdsData)) return undefined;
  const found = view.tables.find(({ wants }) => wants.known && wants.value.byTag[view.row.group] !== undefined);
  if (found === undefined) return undefined;
  return { sure: true, why: `${found.table} wants tag ${view.row.group}, which no other storage backend has` };
}

/** A table left on it lies on a medium of which no backend that stays has a disk. The FE takes another one then: never sure. */
export function lacksMedium({ tables, disks, staying, row }: StallView): Sign | undefined {
  const others = disksOf(disks, staying);
  if (others.length === 0 || others.some(({ medium }) => medium === 'any')) return undefined;
  const media = new Set(others.filter(({ online }) => online).map(({ medium }) => medium));
  for (const { table, wants } of tables) {
    const missing = wants.known ? wants.value.media.find((medium) => !media.has(medium)) : undefined;
    if (missing !== undefined)
      return {
        sure: false,
        why: `${table} is on ${missing}, and no backend of ${row.group} that stays has such a disk`,
      };
  }
  return undefined;
}

/** The FE finds no target, and some of those that stay have no disk with room. */
export function noRoom(view: StallView): Sign | undefined {
  const refused = view.scheduler?.failures.some(({ error }) => /unable to find dest path|capacity limit/i.test(error));
  if (refused !== true) return undefined;
  const full = view.staying.flatMap((backend) => {
    const fullest = fullDisk(view.disks, backend);
    return fullest === undefined ? [] : [fullest];
  });
  if (full.length === 0) return undefined;
  return {
    sure: true,
    why: `tablets find no target: ${countText(full.length)} of ${countText(view.staying.length)} backends have full disks (${full.join(', ')})`,
  };
}

/** `10.0.0.22:9050 /data2 96 %` when every disk of a medium of a backend is full; without a list of disks its fullest counts. */
function fullDisk(disks: readonly DiskUse[], backend: Backend): string | undefined {
  const own = disks.filter((disk) => disk.backendId === backend.id && disk.online && disk.totalBytes > 0);
  if (own.length === 0)
    return backend.maxDiskUsedRatio >= BACKEND_FULL
      ? `${backend.address} ${percentText(backend.maxDiskUsedRatio)}`
      : undefined;
  for (const medium of new Set(own.map((disk) => disk.medium))) {
    const same = own.filter((disk) => disk.medium === medium);
    const emptiest = same.toSorted((a, b) => ratioOf(a) - ratioOf(b))[0];
    if (emptiest !== undefined && ratioOf(emptiest) >= BACKEND_FULL)
      return `${backend.address} ${emptiest.path} ${percentText(ratioOf(emptiest))}`;
  }
  return undefined;
}

function ratioOf({ usedBytes, totalBytes }: DiskUse): number {
  return usedBytes / totalBytes;
}

function disksOf(disks: readonly DiskUse[], staying: readonly Backend[]): readonly DiskUse[] {
  return disks.filter(({ backendId }) => staying.some(({ id }) => id === backendId));
}

function wanting(
  { tables }: StallView,
  group: string,
  isMeant: (table: string) => boolean,
): readonly { readonly table: string; readonly replicas: number }[] {
  return tables.flatMap(({ table, wants }: TableLeft) => {
    const replicas = wants.known ? wants.value.byTag[group] : undefined;
    return replicas === undefined || !isMeant(table) ? [] : [{ table, replicas }];
  });
}
