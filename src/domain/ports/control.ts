import type { EpochMs } from '../instant.ts';
import type { Pause } from '../memory.ts';

/** Orders of people, written by the commands and the API, read at each tick. */
export interface Control {
  pauses(cluster: string, at: EpochMs): Promise<readonly Pause[]>;
  pause(pause: Pause): Promise<void>;
  /** Resolves to whether anything was paused. */
  resume(
    cluster: string,
    request: { readonly direction: 'in' | 'out' | 'both'; readonly at: EpochMs; readonly by: string },
  ): Promise<boolean>;
  /**
   * A yes to a proposal; a second one changes nothing. Resolves to false when it is no proposal that waits for its answer:
   * unknown, ended, begun, out of time, answered already with yes or no.
   */
  approve(
    operationId: string,
    request: { readonly at: EpochMs; readonly by: string; readonly reason: string },
  ): Promise<boolean>;
  /** A no to a proposal, or the undoing of what runs. Resolves to false when it is unknown, ended, or cancelled already. */
  requestCancel(
    operationId: string,
    request: { readonly at: EpochMs; readonly by: string; readonly reason: string },
  ): Promise<boolean>;
}
