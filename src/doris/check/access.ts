import type { Clock } from '../../domain/ports/clock.ts';
import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import type { Followers } from '../master/agreement.ts';
import type { ClusterPin } from '../master/cluster-pin.ts';
import type { MasterFinder } from '../master/master.ts';

/** What the checks go by. */
export interface AccessToCheck {
  readonly endpoints: readonly FrontendEndpoint[];
  readonly channel: FrontendChannel;
  readonly followers: Followers;
  readonly finder: MasterFinder;
  readonly pin: ClusterPin;
  readonly user: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
}
