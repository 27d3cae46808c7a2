import { FRESH_WALK_MS } from '../decision/guards/data/tablets.ts';
import { unreadWalk } from '../decision/unread-evidence.ts';
import type { PlannedStep } from '../domain/decision.ts';
import type { TabletWalk } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterReader } from '../domain/ports/cluster-reader.ts';
import { attempt } from './attempt.ts';

const MINUTE_MS = 60_000;
/** Between any two walks of a cluster, whatever they are for. */
const SHORTEST_PAUSE_MS = 10 * MINUTE_MS;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;
/** What was not looked at for so long is a new question; the nights of a week are not. */
const FORGET_MS = 7 * 24 * 60 * MINUTE_MS;

type Removal = Pick<PlannedStep, 'group' | 'nodes'>;

/** A removal that is wanted and refused is wanted again at every tick; tablets are not walked at every tick. */
export interface TabletWalks {
  /**
   * The last walk until 10, 20, 40, then every 60 min after the one that refused this removal, so long as nothing begins; then
   * another. One that was just made for another removal serves this one too; no two come within 10 min. An old one still says
   * what refuses, and allows nothing: the checks look at its age. Never rejects.
   */
  look(
    reader: Pick<ClusterReader, 'walkTablets'>,
    removal: Removal,
    at: EpochMs,
    late: AbortSignal,
  ): Promise<TabletWalk>;
  /** A removal has begun: the next one is another question. */
  begun(): void;
}

interface InVain {
  readonly times: number;
  readonly walkedAt: EpochMs;
}

export function tabletWalks(): TabletWalks {
  let last: TabletWalk | undefined;
  let walkedAt = 0;
  const inVain = new Map<string, InVain>();
  const forget = (): void => {
    last = undefined;
    inVain.clear();
  };
  return {
    async look(reader, removal, at, late) {
      // A clock that was set back must not keep an old walk.
      if (at < walkedAt) forget();
      const name = nameOf(removal);
      if (last === undefined || at >= Math.max(walkedAt + SHORTEST_PAUSE_MS, nextFor(inVain.get(name)))) {
        const walk = await attempt(() => reader.walkTablets(), late);
        last = walk.known ? walk.value : unreadWalk(at, walk.reason);
        walkedAt = at;
        for (const [each, before] of inVain) if (at - before.walkedAt > FORGET_MS) inVain.delete(each);
      }
      const before = inVain.get(name);
      // Whoever asks while it is fresh is answered by it, not only the one it was made for.
      if (at - walkedAt <= FRESH_WALK_MS && before?.walkedAt !== walkedAt) {
        inVain.set(name, { times: (before?.times ?? 0) + 1, walkedAt });
      }
      return last;
    },
    begun: forget,
  };
}

/** The same backends of the same group, in whatever order they were chosen. */
function nameOf({ group, nodes }: Removal): string {
  return [group, ...nodes.toSorted()].join(' ');
}

function nextFor(before: InVain | undefined): EpochMs {
  if (before === undefined) return 0;
  return before.walkedAt + Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (before.times - 1));
}
