import type { ClusterEvidence, DiskUse, Watermarks } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { bytesText, percentText } from '../../explain/text.ts';
import { formatDuration } from '../../windows/local-time.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';
import { type Filling, byFileSystem } from './file-systems.ts';
import { spread } from './spread.ts';

const DAY_MS = 86_400_000;
/** Moved data does not spread evenly. */
const SKEW = 1.2;
/** Counted of the group's data where its growth was never measured. */
const CAUTIOUS_SHARE_PER_DAY = 0.01;

/** By the totals that SHOW BACKENDS tells, each backend taken for one disk: at every evaluation, so in one pass. */
export function roomByTotals(question: RemovalQuestion): Finding {
  const { leaving, keeping } = question;
  if (leaving.length === 0) return passes('nothing is to be moved');
  let movedBytes = 0;
  for (const { address, dataUsedBytes, totalBytes, tablets } of leaving) {
    if (totalBytes <= 0 && tablets > 0) return holds(`${address} shows no disk: what it has to move is unknown`);
    movedBytes += Math.max(0, dataUsedBytes);
  }
  let roomBytes = 0;
  let dataBytes = movedBytes;
  let fullest: Backend | undefined;
  for (const each of keeping) {
    if (each.totalBytes <= 0) return holds(`${each.address} has not reported its disks yet`);
    roomBytes += each.totalBytes;
    dataBytes += Math.max(0, each.dataUsedBytes);
    if (fullest === undefined || usedRatio(each) > usedRatio(fullest)) fullest = each;
  }
  if (fullest === undefined) return holds('no disk of the others is known');
  const growth = growthOf(question, dataBytes);
  const ratio = usedRatio(fullest) + (movedBytes * SKEW + growth.bytes) / roomBytes;
  const bound = `disk.projected ${percentText(question.projectedRatio)}`;
  const text = textOf(fullest.address, ratio, bound, growth.text);
  return ratio <= question.projectedRatio ? passes(text) : holds(text);
}

function usedRatio({ totalBytes, availableBytes }: Backend): number {
  return (totalBytes - availableBytes) / totalBytes;
}

/** Each disk of those that stay after the move, against our bound and the FE's. What is not listed does not fit. */
export function roomByDisk(question: RemovalQuestion, { disks, watermarks }: ClusterEvidence): Finding {
  const { leaving, keeping } = question;
  if (leaving.length === 0) return passes('nothing is to be moved');
  if (!disks.known) return unread('disks', disks);
  if (!watermarks.known) return unread('the watermarks of the disks', watermarks);
  const listed = new Set(disks.value.map(({ backendId }) => backendId));
  const missing = [...keeping, ...leaving].find(({ id }) => !listed.has(id));
  if (missing !== undefined) return { is: 'unread', detail: `the disks of ${missing.address} could not be read` };
  return fitsOn(question, disks.value, boundsOf(question, watermarks.value));
}

interface Filled {
  readonly disk: DiskUse;
  readonly name: string;
  readonly usedBytes: number;
  readonly bound: Bound;
  /** Above 1: it does not fit. */
  readonly ofBound: number;
}

interface Bound {
  readonly name: string;
  readonly bytes: (disk: DiskUse) => number;
}

/** Data of one medium stays on it, and spreads by the size of the disks as far as its replicas may lie there. */
function fitsOn(question: RemovalQuestion, disks: readonly DiskUse[], bounds: readonly Bound[]): Finding {
  const leaving = new Set(question.leaving.map(({ id }) => id));
  const hosts = new Map(question.keeping.map(({ id, host }) => [id, host]));
  const takes = takesOf(question, disks);
  const growth = growthOf(question, dataOf(disks));
  const fillings: Filling[] = [];
  for (const medium of new Set(disks.map((disk) => disk.medium))) {
    const own = disks.filter((disk) => disk.medium === medium);
    const targets = own.filter(({ backendId, totalBytes, online }) => online && hosts.has(backendId) && totalBytes > 0);
    // What a disk held that went offline does not move: it is made anew on those that stay.
    const moved = dataOf(own.filter(({ backendId }) => leaving.has(backendId)));
    const room = targets.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    if (room <= 0) {
      if (moved > 0) return holds(`no other backend of the group has ${medium} disks`);
      continue;
    }
    const sizes = new Map<string, number>();
    for (const { backendId, totalBytes } of targets) {
      const host = hosts.get(backendId) ?? '';
      sizes.set(host, (sizes.get(host) ?? 0) + totalBytes);
    }
    const places = [...sizes].map(([host, totalBytes]) => ({ host, totalBytes, takesBytes: takes(host) }));
    const given = spread(moved, places);
    const grown = growth.bytes * shareOf(medium, disks);
    for (const disk of targets) {
      const host = hosts.get(disk.backendId) ?? '';
      const taken = (given.get(host) ?? 0) * SKEW * (disk.totalBytes / (sizes.get(host) ?? disk.totalBytes));
      fillings.push({ host, disk, moreBytes: taken + grown * (disk.totalBytes / room) });
    }
  }
  let fullest: Filled | undefined;
  for (const roots of byFileSystem(fillings)) {
    const filled = tightest(roots, bounds);
    if (filled !== undefined && filled.ofBound > (fullest?.ofBound ?? -1)) fullest = filled;
  }
  if (fullest === undefined) return holds('no disk of the others is known');
  const { disk, name, usedBytes, bound, ofBound } = fullest;
  const text = textOf(name, usedBytes / disk.totalBytes, bound.name, growth.text);
  return ofBound <= 1 ? passes(text) : holds(text);
}

/**
 * What a host can take at most: no two replicas of a tablet lie on one, so the data of the tag once, less what is there. Where as
 * many hosts stay as there are replicas, the small ones end up with as much as the large ones.
 */
function takesOf(
  { group, leaving, backends, evidence }: RemovalQuestion,
  disks: readonly DiskUse[],
): (host: string) => number {
  const replication = evidence?.walk?.replication;
  const need = replication?.known === true ? replication.value.find((each) => each.group === group) : undefined;
  const onceBytes = need?.onceBytes ?? 0;
  if (onceBytes <= 0) return () => Infinity;
  const gone = new Set(leaving.map(({ id }) => id));
  const staying = backends.filter(({ id, decommissioned }) => !decommissioned && !gone.has(id));
  const hosts = new Map(staying.map(({ id, host }) => [id, host]));
  const held = new Map<string, number>();
  for (const { backendId, dataBytes } of disks) {
    const host = hosts.get(backendId);
    if (host !== undefined) held.set(host, (held.get(host) ?? 0) + dataBytes);
  }
  return (host) => Math.max(0, onceBytes - (held.get(host) ?? 0));
}

/** The lowest bound of a disk counts; the FE's own matter where they are below ours. */
function boundsOf({ projectedRatio }: RemovalQuestion, watermarks: Watermarks): readonly Bound[] {
  const ratio = (name: string, value: number): Bound => ({
    name: `${name} ${percentText(value)}`,
    bytes: ({ totalBytes }) => totalBytes * value,
  });
  const left = (name: string, value: number): Bound => ({
    name: `${name} ${bytesText(value)}`,
    bytes: ({ totalBytes }) => totalBytes - value,
  });
  return [
    ratio('disk.projected', projectedRatio),
    ratio('storage_high_watermark_usage_percent', watermarks.highRatio),
    left('storage_min_left_capacity_bytes', watermarks.highLeftBytes),
    ratio('storage_flood_stage_usage_percent', watermarks.floodRatio),
    left('storage_flood_stage_left_capacity_bytes', watermarks.floodLeftBytes),
  ];
}

function tightest(roots: readonly [Filling, ...Filling[]], bounds: readonly Bound[]): Filled | undefined {
  const [{ disk }] = roots;
  const name = nameOf(roots);
  const moreBytes = roots.reduce((sum, root) => sum + root.moreBytes, 0);
  const usedBytes = Math.max(...roots.map((root) => root.disk.usedBytes)) + moreBytes;
  let worst: Filled | undefined;
  for (const bound of bounds) {
    const most = bound.bytes(disk);
    const ofBound = most > 0 ? usedBytes / most : Infinity;
    if (worst === undefined || ofBound > worst.ofBound) worst = { disk, name, usedBytes, bound, ofBound };
  }
  return worst;
}

function nameOf(roots: readonly [Filling, ...Filling[]]): string {
  const names = roots.map(({ disk }) => `${disk.path} of ${disk.backend}`);
  return names.length === 1 ? names.join() : `${names.join(' and ')} (taken for one file system)`;
}

/** Until the next chance to change the group, data goes on growing. */
function growthOf(
  { spanMs, growthBytesPerDay }: RemovalQuestion,
  dataBytes: number,
): { readonly bytes: number; readonly text: string } {
  const days = Math.max(0, spanMs) / DAY_MS;
  const span = formatDuration(spanMs);
  if (growthBytesPerDay !== undefined) {
    const text = `${bytesText(growthBytesPerDay)} a day of growth counted for ${span}`;
    return { bytes: growthBytesPerDay * days, text };
  }
  const text = `growth unknown: ${percentText(CAUTIOUS_SHARE_PER_DAY)} of the data a day counted for ${span}`;
  return { bytes: dataBytes * CAUTIOUS_SHARE_PER_DAY * days, text };
}

/** Growth goes where the data is; where none is, everywhere. */
function shareOf(medium: string, disks: readonly DiskUse[]): number {
  const all = dataOf(disks);
  return all <= 0 ? 1 : dataOf(disks.filter((disk) => disk.medium === medium)) / all;
}

function dataOf(disks: readonly DiskUse[]): number {
  return disks.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
}

function textOf(name: string, ratio: number, bound: string, growth: string): string {
  return `the fullest disk afterwards, ${name}: ${percentText(ratio)} (${bound}); ${growth}`;
}
