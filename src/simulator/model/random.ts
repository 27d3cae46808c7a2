/** Numbers from 0 inclusive to 1 exclusive, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ 0x9e37_79b9) >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Decimal digits, the first of which is no zero. */
export function randomDigits(random: () => number, digits: number): string {
  let text = String(1 + Math.floor(random() * 9));
  while (text.length < digits) text += String(Math.floor(random() * 10));
  return text;
}

/** Eight, four, four, four and twelve hexadecimal digits, joined as in the names of frontends. */
export function randomUuid(random: () => number): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(hex).join('_');
}
