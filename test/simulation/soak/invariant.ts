import type { World, WorldEvent } from './events.ts';

/** A rule that must always hold, told every event in order. */
export interface Invariant {
  readonly name: string;
  /** One sentence. */
  readonly says: string;
  start(world: World): Watch;
}

export interface Watch {
  /** What is wrong now; undefined = nothing. */
  see(event: WorldEvent): string | undefined;
  /** When the scenario is over: what should have happened by now. */
  end(): string | undefined;
}
