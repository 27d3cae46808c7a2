/** One cluster's share of the days, from two weeks to two months: long enough for backoffs, short enough to be run again. */
const SHORTEST_DAYS = 14;
const LONGEST_DAYS = 60;

export interface Share {
  readonly seed: number;
  readonly days: number;
}

/** Splits days over scenarios whose seeds and lengths follow from one seed. */
export function sharesOf(days: number, seed: number): readonly Share[] {
  const shares: Share[] = [];
  for (let left = days, index = 0; left > 0; index += 1) {
    const own = mixed(seed, index);
    const wanted = SHORTEST_DAYS + (own % (LONGEST_DAYS - SHORTEST_DAYS + 1));
    // No scrap of a few days remains: faults need some to end.
    const length = left - wanted < SHORTEST_DAYS ? left : wanted;
    shares.push({ seed: own, days: Math.min(length, LONGEST_DAYS + SHORTEST_DAYS) });
    left -= length;
  }
  return shares;
}

/** A seed of its own for each scenario: 31 bits, well mixed. */
function mixed(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 1;
}
