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
  /** The pause of the same direction that stood before; absent without one. */
  readonly replaced?: { readonly by: string; readonly until: string | null; readonly reason: string };
}

/**
 * No new change of a cluster begins until then, or until it is resumed; a running operation goes on. What another person paused
 * for longer is not shortened: who wants that ends it first.
 */
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
  const kept = standing.find((each) => stays(each, { direction, until, by }));
  if (kept !== undefined) {
    const end = kept.until === undefined ? 'until resumed' : `until ${instantText(kept.until)}`;
    const hint = `to end it first: doris-autoscaler resume --cluster ${cluster}`;
    return refused('nothing-to-change', `${cluster} is paused already by ${kept.by} ${end}: ${kept.reason}`, hint);
  }
  const before = standing.find((each) => each.direction === direction);
  const replaced = before && { by: before.by, until: before.until, reason: before.reason };
  await control.pause({ cluster, direction, since: at, until, reason, by, replaced });
  const done = { cluster, direction, until: instantText(until) };
  return {
    ok: true,
    done: replaced ? { ...done, replaced: { ...replaced, until: instantText(replaced.until) } } : done,
  };
}

/** A standing pause that is not replaced: it says all that the new one would, or another person set it for longer. */
function stays(standing: Pause, { direction, until, by }: Pick<Pause, 'direction' | 'until' | 'by'>): boolean {
  const [stands, asked] = [standing.until ?? Infinity, until ?? Infinity];
  if (standing.direction === direction) return stands === asked || (stands > asked && standing.by !== by);
  return standing.direction === 'both' && stands >= asked;
}
