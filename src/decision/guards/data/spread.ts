/** A host of those that stay. */
export interface Place {
  readonly host: string;
  /** Of its disks of one medium. */
  readonly totalBytes: number;
  /** What it can take at most: of each tablet one replica, whatever room its disks have. */
  readonly takesBytes: number;
}

/**
 * How much of what is moved each host gets: by the size of its disks, but none more than it can take; what the small ones cannot
 * take the others get. Sizes are the FE's statistics: what by them nobody can take is spread by the disks again.
 */
export function spread(movedBytes: number, places: readonly Place[]): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  let left = movedBytes;
  let open = places;
  for (;;) {
    const perByte = left / sizeOf(open);
    const full = open.filter(({ totalBytes, takesBytes }) => takesBytes < totalBytes * perByte);
    if (full.length === 0) break;
    for (const { host, takesBytes } of full) given.set(host, takesBytes);
    left -= full.reduce((sum, { takesBytes }) => sum + takesBytes, 0);
    open = open.filter((place) => !full.includes(place));
  }
  const rest = open.length > 0 ? open : places;
  const size = sizeOf(rest);
  for (const { host, totalBytes } of rest) {
    const more = size > 0 ? left * (totalBytes / size) : 0;
    given.set(host, (given.get(host) ?? 0) + more);
  }
  return given;
}

function sizeOf(places: readonly Place[]): number {
  return places.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
}
