import type { EpochMs } from '../../domain/instant.ts';
import type { Pause } from '../../domain/memory.ts';
import type { OrderPorts } from '../../domain/ports/orders.ts';
import { instantText } from '../present/instants.ts';
import { refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';

export interface Paused {
  readonly cluster: string;
  readonly direction: Pause['direction'];
  /** RFC 3339; null: until resumed. */
  readonly until: string | null;
}

/** No new change of a cluster begins until then, or until it is resumed; a running operation goes on. */
export async function pauseCluster(
  { control }: OrderPorts,
  cluster: string,
  request: {
    readonly direction: Pause['direction'];
    readonly forMs: number | undefined;
    readonly at: EpochMs;
    readonly by: string;
    readonly reason: string;
  },
): Promise<Outcome<Paused>> {
  const { direction, forMs, at, by, reason } = request;
  const until = forMs === undefined ? undefined : at + forMs;
  const standing = await control.pauses(cluster, at);
  if (standing.some((each) => says(each, direction, until))) {
    const hint = 'doris-autoscaler status shows by whom and until when';
    return refused('nothing-to-change', `${cluster} is paused already`, hint);
  }
  await control.pause({ cluster, direction, since: at, until, reason, by });
  return { ok: true, done: { cluster, direction, until: instantText(until) } };
}

/** A standing pause says all that a new one would: the same until the same moment, or both directions for as long. */
function says(standing: Pause, direction: Pause['direction'], until: EpochMs | undefined): boolean {
  if (standing.direction === direction) return standing.until === until;
  return standing.direction === 'both' && (standing.until ?? Infinity) >= (until ?? Infinity);
}
