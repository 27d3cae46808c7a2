import { seededRandom } from '../../../src/simulator/model/random.ts';

/** Draws of one seed, in the order in which they are asked for. */
export interface Dice {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** Both ends included. */
  int(least: number, most: number): number;
  between(least: number, most: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

export function dice(seed: number): Dice {
  const random = seededRandom(seed);
  const int = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    chance: (probability) => random() < probability,
    int,
    between: (least, most) => least + random() * (most - least),
    pick: (from) => from[int(0, from.length - 1)] ?? from[0],
  };
}
