import { askAgainFrom, rejections } from '../../controller/approval/recall-approval.ts';
import { facts } from '../../controller/memory/facts.ts';
import { keysOf } from '../../controller/memory/recall.ts';
import { recallRegrets } from '../../controller/memory/regrets.ts';
import { regretRest } from '../../decision/regret/margin.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Direction, Pause } from '../../domain/memory.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { OrderPorts } from '../../domain/ports/orders.ts';
import { refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const DAY_MS = 86_400_000;

export interface Resumed {
  readonly cluster: string;
  readonly direction: Pause['direction'];
}

/** Ends pauses, the rest of a group whose change a person undid or whose scale-ins went wrong, and that of what was rejected. */
export async function resumeCluster(
  ports: OrderPorts,
  cluster: ClusterPolicy,
  request: { readonly direction: Pause['direction']; readonly at: EpochMs; readonly by: string },
): Promise<Outcome<Resumed>> {
  const { direction, at } = request;
  const resumed = await ports.control.resume(cluster.name, request);
  // Only scale-in rests after hands; what was rejected may be either.
  const rested = direction === 'out' ? false : await endRests(ports, cluster, at);
  const asked = await endRejections(ports, cluster.name, direction, at);
  if (!resumed && !rested && !asked) {
    const hint = 'doris-autoscaler status shows what holds it';
    return refused('nothing-to-change', `${cluster.name} is not paused`, hint);
  }
  return { ok: true, done: { cluster: cluster.name, direction } };
}

async function endRests({ memory }: OrderPorts, cluster: ClusterPolicy, at: EpochMs): Promise<boolean> {
  let rested = false;
  for (const key of keysOf(cluster)) {
    const group = facts(memory, cluster.name, key);
    const until = await group.restsUntil();
    if (until !== undefined && until > at) {
      await group.setRestsUntil(undefined);
      rested = true;
    }
    if (regretRest(await recallRegrets(memory, cluster.name, key), at) === undefined) continue;
    await group.setRegretsPardonedAt(at);
    rested = true;
  }
  return rested;
}

async function endRejections(
  { journal, memory }: OrderPorts,
  cluster: string,
  direction: Pause['direction'],
  at: EpochMs,
): Promise<boolean> {
  const [open, ended] = await Promise.all([
    journal.open(cluster),
    journal.list({ cluster, endedAfter: at - DAY_MS, limit: 500 }),
  ]);
  // A no that no evaluation has seen yet would rest from the next one on.
  const said = open?.cancelRequested === undefined ? [] : [{ ...open, state: 'cancelled' as const, endedAt: at }];
  const directions: readonly Direction[] = direction === 'both' ? ['in', 'out'] : [direction];
  const resting = await rejections(memory, cluster, [...said, ...ended], at);
  const ends = directions.filter((each) => resting.some((rejection) => rejection.direction === each));
  for (const each of ends) await askAgainFrom(memory, cluster, each, at);
  return ends.length > 0;
}
