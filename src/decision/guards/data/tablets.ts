import type { ClusterEvidence, TabletWalk } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { bytesText, countOf, countText, namesText, rateText } from '../../explain/text.ts';
import { formatDuration, formatLocal } from '../../windows/local-time.ts';
import { type Finding, type RemovalQuestion, holds, passes, unread } from './check.ts';

/** Above it the FE's memory and the reports of the backends suffer, by the advice of Doris's maintainers. */
const MOST_PER_BACKEND = 100_000;
/** Repairs that go on beside a drain without holding it up. */
const TOLERATED = { share: 0.01, count: 10 };
/** Copies that one backend makes at the same time (clone_worker_count). */
const COPIES_AT_ONCE = 3;
/** The recycle bin lies as unevenly on the backends of a tag as other data, at most; on which tag it lies nothing tells. */
const SKEW = 2;

/** A look that refused is not repeated at every attempt; it says why, and allows nothing. */
export const FRESH_WALK_MS = 120_000;

export function freshLook({ at }: RemovalQuestion, walk: TabletWalk): Finding {
  const ageMs = at - walk.at;
  return ageMs > FRESH_WALK_MS
    ? holds(`tablets were looked at ${formatDuration(ageMs)} ago and are looked at again later (bound 2 min)`)
    : passes('tablets were just looked at');
}

export function noneLost(_question: RemovalQuestion, { tablets }: TabletWalk): Finding {
  if (!tablets.known) return unread('tablet health', tablets);
  const { unrecoverable } = tablets.value;
  return unrecoverable > 0
    ? holds(`${countOf(unrecoverable, 'tablet')} cannot be recovered (bound 0)`)
    : passes('no tablet is lost');
}

/** Repairs take the slots that a drain needs. */
export function fewUnhealthy(_question: RemovalQuestion, { tablets }: TabletWalk): Finding {
  if (!tablets.known) return unread('tablet health', tablets);
  const { total, unhealthy } = tablets.value;
  const bound = Math.max(TOLERATED.count, Math.floor(total * TOLERATED.share));
  const text = `${countText(unhealthy)} of ${countOf(total, 'tablet')} ${unhealthy === 1 ? 'is' : 'are'} unhealthy (bound ${countText(bound)})`;
  return unhealthy > bound ? holds(text) : passes(text);
}

/** A copy that cannot end in time is begun anew, for ever. */
export function largestFits(question: RemovalQuestion, walk: TabletWalk, { cloneSpeed }: ClusterEvidence): Finding {
  const { largestTablets } = walk;
  if (!largestTablets.known) return unread('the largest tablet', largestTablets);
  if (!cloneSpeed.known) return unread('the time that a copy may take', cloneSpeed);
  const largest = largestTablets.value.find(({ group }) => group === question.group);
  const { timeoutMs, slowestBytesPerSecond } = cloneSpeed.value;
  const rate = slowestBytesPerSecond ?? question.assumedRateBytesPerSecond / COPIES_AT_ONCE;
  if (largest === undefined) return sizesUnknown(question, (rate * timeoutMs) / 1000);
  const takesMs = (largest.bytes / rate) * 1000;
  const what =
    largest.tabletId === undefined
      ? `tablets of ${largest.table}, partition ${largest.partition}, of ${bytesText(largest.bytes)} on average`
      : `tablet ${largest.tabletId} of ${largest.table} of ${bytesText(largest.bytes)}`;
  const known = slowestBytesPerSecond === undefined ? 'assumed' : 'measured';
  const text = `${what}: ${formatDuration(takesMs)} to copy at ${rateText(rate)} (${known}), max_clone_task_timeout_sec allows ${formatDuration(timeoutMs)}`;
  return takesMs > timeoutMs ? holds(text) : passes(text);
}

/** A new master has yet to collect sizes. No tablet is larger than all that its backend holds. */
function sizesUnknown({ leaving }: RemovalQuestion, mostBytes: number): Finding {
  const held = Math.max(0, ...leaving.map(({ dataUsedBytes }) => dataUsedBytes));
  if (held <= mostBytes) return passes('no tablet of this tag has a size yet');
  return {
    is: 'unread',
    detail: `the FE knows the size of no tablet yet, of ${bytesText(held)} that are to move from one backend`,
  };
}

/** Recycled tablets never move; the FE looks past them only while a backend holds few. */
export function binIgnored(question: RemovalQuestion, walk: TabletWalk, { recycleBin }: ClusterEvidence): Finding {
  const { residualTablets } = walk;
  if (!recycleBin.known) return unread('the recycle bin', recycleBin);
  if (!residualTablets.known) return unread('tablets of the recycle bin', residualTablets);
  const { entries, emptyInMs, ignoredBelow } = recycleBin.value;
  const ofTag = question.backends.filter(({ group }) => group === question.group);
  const all = ofTag.reduce((sum, { tablets }) => sum + tablets, 0);
  const worst = Math.max(0, ...question.leaving.map(({ tablets }) => tablets));
  const held = all === 0 ? 0 : Math.min(worst, Math.ceil((residualTablets.value * worst * SKEW) / all));
  if (residualTablets.value === 0 || held === 0) return passes('it holds no tablet of theirs');
  const text = `${countOf(entries, 'object')} in the recycle bin, at most ${countOf(held, 'tablet')} on one that leaves; the FE looks past fewer than ${countText(ignoredBelow)}`;
  if (held < ignoredBelow) return passes(text);
  if (entries === 0) return holds(`${text}: what is left belongs to nothing`);
  const until = question.at + emptyInMs;
  return holds(`${text}: blocked until ${formatLocal(until, question.timezone, question.at)}`, until);
}

export function notTooMany({ leaving, keeping }: RemovalQuestion): Finding {
  if (leaving.length === 0 || keeping.length === 0) return passes('nothing is to be moved');
  const count = (backends: readonly Backend[]): number => backends.reduce((sum, { tablets }) => sum + tablets, 0);
  const each = Math.ceil((count(leaving) + count(keeping)) / keeping.length);
  const text = `${countText(each)} tablets on each backend afterwards (bound ${countText(MOST_PER_BACKEND)})`;
  return each > MOST_PER_BACKEND ? holds(text) : passes(text);
}

/** A drain moves nothing without the scheduler; without balancing a cancelled one moves nothing back. */
export function schedulerOn(_question: RemovalQuestion, { schedulerOff }: ClusterEvidence): Finding {
  if (!schedulerOff.known) return unread('the scheduler switches', schedulerOff);
  const off = schedulerOff.value.filter((key) => !isColocate(key));
  return off.length > 0
    ? holds(`a drain needs the tablet scheduler and its balancing: set ${namesText(off)} back to false`)
    : passes('the scheduler is on');
}

export function colocateBalanceOn(_question: RemovalQuestion, { schedulerOff }: ClusterEvidence): Finding {
  if (!schedulerOff.known) return unread('the scheduler switches', schedulerOff);
  const off = schedulerOff.value.filter(isColocate);
  return off.length > 0
    ? holds(`a drain needs colocate balance: set ${namesText(off)} back to false`)
    : passes('colocate balance is on');
}

/** A group that is unstable before has moves of its own. */
export function colocateStable(_question: RemovalQuestion, evidence: ClusterEvidence): Finding {
  const { unstableColocateGroups: unstable } = evidence;
  if (!unstable.known) return unread('colocate groups', unstable);
  return unstable.value.length > 0
    ? holds(`colocate groups not stable: ${namesText(unstable.value)}`)
    : passes('colocate groups are stable');
}

function isColocate(key: string): boolean {
  return key.includes('colocate');
}
