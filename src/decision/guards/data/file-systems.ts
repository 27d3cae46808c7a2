import type { DiskUse } from '../../../domain/evidence.ts';

/** A storage root, with what is to come to it. */
export interface Filling {
  readonly host: string;
  readonly disk: DiskUse;
  readonly moreBytes: number;
}

/** Of the whole size: the FE prints a thousandth of a unit, and roots are looked at one after another. */
const SAME = 0.002;

/**
 * Storage roots by the file system that they lie on, of several backends where these share a host. Doris counts its room once for
 * each root and tells no device: of one size and as full as each other, they are taken for one unless their data alone is more
 * than is in use on it.
 */
export function byFileSystem(fillings: readonly Filling[]): readonly (readonly [Filling, ...Filling[]])[] {
  const found: [Filling, ...Filling[]][] = [];
  for (const filling of fillings) {
    const shared = found.find((others) => mayShare(others, filling));
    if (shared === undefined) found.push([filling]);
    else shared.push(filling);
  }
  return found;
}

function mayShare(others: readonly [Filling, ...Filling[]], { host, disk }: Filling): boolean {
  const [first] = others;
  if (first.host !== host || first.disk.totalBytes !== disk.totalBytes) return false;
  if (Math.abs(first.disk.usedBytes - disk.usedBytes) > disk.totalBytes * SAME) return false;
  const dataBytes = others.reduce((sum, other) => sum + other.disk.dataBytes, disk.dataBytes);
  return dataBytes <= Math.max(first.disk.usedBytes, disk.usedBytes);
}
