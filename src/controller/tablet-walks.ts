import { unreadWalk } from '../decision/unread-evidence.ts';
import type { TabletWalk } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterReader } from '../domain/ports/cluster-reader.ts';
import { attempt } from './attempt.ts';

const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/** A removal that is wanted and refused is wanted again at every tick; tablets are not walked at every tick. */
export interface TabletWalks {
  /**
   * The last walk until 10, 20, 40, then every 60 min after it, so long as nothing begins; then another. An old one still
   * says what refuses, and allows nothing: the checks look at its age. Never rejects.
   */
  look(reader: Pick<ClusterReader, 'walkTablets'>, at: EpochMs, late: AbortSignal): Promise<TabletWalk>;
  /** A removal has begun: the next one is another question. */
  begun(): void;
}

export function tabletWalks(): TabletWalks {
  let last: TabletWalk | undefined;
  let walkedAt = 0;
  let inVain = 0;
  return {
    async look(reader, at, late) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, 10 * MINUTE_MS * 2 ** Math.max(0, inVain - 1));
      // A clock that was set back must not keep an old walk.
      if (last !== undefined && at >= walkedAt && at - walkedAt < pauseMs) return last;
      const walk = await attempt(() => reader.walkTablets(), late);
      last = walk.known ? walk.value : unreadWalk(at, walk.reason);
      walkedAt = at;
      inVain += 1;
      return last;
    },
    begun() {
      last = undefined;
      inVain = 0;
    },
  };
}
