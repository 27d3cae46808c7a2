import type { ClusterEvidence, DiskUse, Watermarks } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { bytesText, percentText } from '../../explain/text.ts';
import { formatDuration } from '../../windows/local-time.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';
import { holdsData } from './places.ts';

const DAY_MS = 86_400_000;
/** Moved data does not spread evenly. */
const SKEW = 1.2;
/** Counted of the group's data where its growth was never measured. */
const CAUTIOUS_SHARE_PER_DAY = 0.01;

/** By the totals that SHOW BACKENDS tells, each backend taken for one disk: at every evaluation. */
export function roomByTotals(question: RemovalQuestion): Finding {
  const { leaving, staying } = question;
  if (leaving.length === 0) return passes('nothing is to be moved');
  const kept = staying.filter(holdsData);
  const unreported = kept.find(({ totalBytes }) => totalBytes <= 0);
  if (unreported !== undefined) return holds(`${unreported.address} has not reported its disks yet`);
  return judged(question, { disks: [...leaving, ...kept].map(asDisk), kept, watermarks: undefined });
}

/** Each disk of those that stay after the move, against our bound and the FE's. What is not listed does not fit. */
export function roomByDisk(question: RemovalQuestion, evidence: ClusterEvidence): Finding {
  const { leaving, staying } = question;
  const { disks, watermarks } = evidence;
  if (leaving.length === 0) return passes('nothing is to be moved');
  if (!disks.known) return unread('disks', disks);
  if (!watermarks.known) return unread('the watermarks of the disks', watermarks);
  const kept = staying.filter(holdsData);
  const listed = new Set(disks.value.map(({ backendId }) => backendId));
  const missing = [...kept, ...leaving].find(({ id }) => !listed.has(id));
  if (missing !== undefined) return { is: 'unread', detail: `the disks of ${missing.address} could not be read` };
  return judged(question, { disks: disks.value, kept, watermarks: watermarks.value });
}

interface Room {
  readonly disks: readonly DiskUse[];
  readonly kept: readonly Backend[];
  readonly watermarks: Watermarks | undefined;
}

interface Filled {
  readonly disk: DiskUse;
  readonly usedBytes: number;
  readonly bound: Bound;
  /** Above 1: it does not fit. */
  readonly ofBound: number;
}

interface Bound {
  readonly name: string;
  readonly bytes: (disk: DiskUse) => number;
}

/** Data of one medium stays on it, and spreads by the size of the disks. */
function judged(question: RemovalQuestion, { disks, kept, watermarks }: Room): Finding {
  const leaving = new Set(question.leaving.map(({ id }) => id));
  const staying = new Set(kept.map(({ id }) => id));
  const growth = growthOf(question, disks);
  const bounds = boundsOf(question, watermarks);
  let fullest: Filled | undefined;
  for (const medium of new Set(disks.map((disk) => disk.medium))) {
    const online = disks.filter((disk) => disk.medium === medium && disk.online);
    const targets = online.filter(({ backendId, totalBytes }) => staying.has(backendId) && totalBytes > 0);
    const moved = sum(online.filter(({ backendId }) => leaving.has(backendId)).map(({ dataBytes }) => dataBytes)) * SKEW;
    const room = sum(targets.map(({ totalBytes }) => totalBytes));
    if (room <= 0) {
      if (moved > 0) return holds(`no other backend of the group has ${medium} disks`);
      continue;
    }
    const grown = growth.bytes * shareOf(medium, disks);
    for (const disk of targets) {
      const usedBytes = disk.usedBytes + (moved + grown) * (disk.totalBytes / room);
      const filled = tightest(disk, usedBytes, bounds);
      if (filled !== undefined && filled.ofBound > (fullest?.ofBound ?? -1)) fullest = filled;
    }
  }
  if (fullest === undefined) return holds('no disk of the others is known');
  const text = textOf(fullest, growth.text);
  return fullest.ofBound <= 1 ? passes(text) : holds(text);
}

/** The lowest bound of a disk counts; the FE's own matter where they are below ours. */
function boundsOf({ projectedRatio }: RemovalQuestion, watermarks: Watermarks | undefined): readonly Bound[] {
  const ratio = (name: string, value: number): Bound => ({
    name: `${name} ${percentText(value)}`,
    bytes: ({ totalBytes }) => totalBytes * value,
  });
  const left = (name: string, value: number): Bound => ({
    name: `${name} ${bytesText(value)}`,
    bytes: ({ totalBytes }) => totalBytes - value,
  });
  if (watermarks === undefined) return [ratio('disk.projected', projectedRatio)];
  return [
    ratio('disk.projected', projectedRatio),
    ratio('storage_high_watermark_usage_percent', watermarks.highRatio),
    left('storage_min_left_capacity_bytes', watermarks.highLeftBytes),
    ratio('storage_flood_stage_usage_percent', watermarks.floodRatio),
    left('storage_flood_stage_left_capacity_bytes', watermarks.floodLeftBytes),
  ];
}

function tightest(disk: DiskUse, usedBytes: number, bounds: readonly Bound[]): Filled | undefined {
  let worst: Filled | undefined;
  for (const bound of bounds) {
    const most = bound.bytes(disk);
    const ofBound = most > 0 ? usedBytes / most : Infinity;
    if (worst === undefined || ofBound > worst.ofBound) worst = { disk, usedBytes, bound, ofBound };
  }
  return worst;
}

/** Until the next chance to change the group, data goes on growing. */
function growthOf(
  question: RemovalQuestion,
  disks: readonly DiskUse[],
): { readonly bytes: number; readonly text: string } {
  const days = Math.max(0, question.spanMs) / DAY_MS;
  const span = formatDuration(question.spanMs);
  const measured = question.growthBytesPerDay;
  if (measured !== undefined)
    return { bytes: measured * days, text: `${bytesText(measured)} a day of growth counted for ${span}` };
  const data = sum(disks.map(({ dataBytes }) => dataBytes));
  const text = `growth unknown: ${percentText(CAUTIOUS_SHARE_PER_DAY)} of the data a day counted for ${span}`;
  return { bytes: data * CAUTIOUS_SHARE_PER_DAY * days, text };
}

/** Growth goes where the data is; where none is, everywhere. */
function shareOf(medium: string, disks: readonly DiskUse[]): number {
  const all = sum(disks.map(({ dataBytes }) => dataBytes));
  if (all <= 0) return 1;
  return sum(disks.filter((disk) => disk.medium === medium).map(({ dataBytes }) => dataBytes)) / all;
}

function textOf({ disk, usedBytes, bound }: Filled, growth: string): string {
  const name = disk.path === '' ? disk.backend : `${disk.path} of ${disk.backend}`;
  return `the fullest disk afterwards, ${name}: ${percentText(usedBytes / disk.totalBytes)} (${bound.name}); ${growth}`;
}

function asDisk(backend: Backend): DiskUse {
  return {
    backend: backend.address,
    backendId: backend.id,
    path: '',
    medium: 'any',
    online: true,
    dataBytes: Math.max(0, backend.dataUsedBytes),
    usedBytes: Math.max(0, backend.totalBytes - backend.availableBytes),
    totalBytes: Math.max(0, backend.totalBytes),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
