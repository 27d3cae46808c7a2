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
  /** Resolves to false when the operation is unknown, ended, or to be cancelled already. */
  requestCancel(
    operationId: string,
    request: { readonly at: EpochMs; readonly by: string; readonly reason: string },
  ): Promise<boolean>;
}
