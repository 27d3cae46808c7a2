import { changedGroups } from '../../backtest/change/changed-groups.ts';
import type { ChangedGroup } from '../../backtest/change/changed-groups.ts';
import { groupDifference } from '../../backtest/change/difference.ts';
import { nodesAt } from '../../backtest/trace/nodes-at.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import type { GroupDifference } from '../../domain/policy-change.ts';
import type { LoadStore } from '../../domain/ports/load-store.ts';
import { storedTrace } from './stored-trace.ts';

const JUDGED_MS = 14 * 86_400_000;

/** Replays the last 14 days of every group that is sized otherwise, under the policy in force and under the changed one. */
export async function comparePolicies(
  loads: Pick<LoadStore, 'read'>,
  before: Policy,
  after: Policy,
  at: EpochMs,
): Promise<readonly GroupDifference[]> {
  const differences: GroupDifference[] = [];
  for (const changed of changedGroups(before, after)) differences.push(await differenceOf(loads, changed, at));
  return differences;
}

async function differenceOf(
  loads: Pick<LoadStore, 'read'>,
  { before, after }: ChangedGroup,
  at: EpochMs,
): Promise<GroupDifference> {
  const until = Math.floor(at / SLOT_MS) * SLOT_MS;
  const fromMs = until - JUDGED_MS;
  const learntMs = Math.max(before.group.forecast.historyMs, after.group.forecast.historyMs);
  const key = { role: 'backend' as const, group: after.group.group };
  const history = await loads.read(after.cluster.name, key, { from: fromMs - learntMs, until });
  const span = { startMs: oldest(history) ?? until, endMs: until };
  return groupDifference({
    before: { ...before, trace: storedTrace(history, before.cluster, before.group, span) },
    after: { ...after, trace: storedTrace(history, after.cluster, after.group, span) },
    fromMs,
    start: nodesAt(Object.values(history.signals).flat(), fromMs),
  });
}

function oldest({ signals }: LoadHistory): EpochMs | undefined {
  const firsts = Object.values(signals).flatMap((slots) => slots[0]?.slotStartMs ?? []);
  return firsts.length === 0 ? undefined : Math.min(...firsts);
}
