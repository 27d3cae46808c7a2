import type { EpochMs } from '../../domain/instant.ts';
import type { World } from '../world.ts';
import type { Change } from './change.ts';

export interface Judgement {
  readonly hold: boolean;
  readonly detail: string;
  /** When this guard alone would let go, where that is known. */
  readonly until: EpochMs | undefined;
  /** It holds where its code is left out, too. */
  readonly isFirm?: boolean;
}

/** Pure: what cannot be judged is a hold. */
export type Guard = (change: Change, world: World) => Judgement;

export function pass(detail: string): Judgement {
  return { hold: false, detail, until: undefined };
}

export function hold(detail: string, until?: EpochMs): Judgement {
  return { hold: true, detail, until };
}
