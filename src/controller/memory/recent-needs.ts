import type { EpochMs } from '../../domain/instant.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { RecordSink } from '../../domain/ports/record-sink.ts';
import type { DecisionRecord } from '../../domain/record.ts';

/** Needed sizes of the last evaluations, for stabilization. Rebuilt from the records after a restart. */
export interface RecentNeeds {
  add(record: DecisionRecord): void;
  of(key: GroupKey, at: EpochMs): readonly { readonly at: EpochMs; readonly nodes: number }[];
}

/** No policy stabilizes longer than a day. */
const KEPT_MS = 86_400_000;

const PAGE = 200;

/** The needs that a policy's stabilization may ask for, out of the records: a restart changes nothing. */
export async function rebuildNeeds(records: RecordSink, policy: ClusterPolicy, at: EpochMs): Promise<RecentNeeds> {
  const longestMs = policy.backends.reduce(
    (longest, { stabilize }) => Math.max(longest, stabilize.inMs, stabilize.outMs),
    0,
  );
  const found: DecisionRecord[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await records.list({
      cluster: policy.name,
      limit: PAGE,
      ...(last === undefined ? {} : { before: last.id }),
    });
    found.push(...page);
    const oldest = page.at(-1);
    if (oldest === undefined || page.length < PAGE || oldest.at <= at - longestMs) return recentNeeds(found);
  }
}

export function recentNeeds(records: readonly DecisionRecord[]): RecentNeeds {
  const needs = new Map<string, { readonly at: EpochMs; readonly nodes: number }[]>();
  const add = (record: DecisionRecord): void => {
    for (const group of record.groups) {
      if (group.raw === undefined) continue;
      const name = `${group.role}/${group.group}`;
      const list = needs.get(name) ?? [];
      while (list[0] !== undefined && list[0].at < record.at - KEPT_MS) list.shift();
      list.push({ at: record.at, nodes: group.raw });
      needs.set(name, list);
    }
  };
  for (const record of records.toSorted((a, b) => a.at - b.at)) add(record);
  return {
    add,
    // Not in the order of time where a clock was set back.
    of: (key, at) => (needs.get(`${key.role}/${key.group}`) ?? []).filter((need) => need.at <= at),
  };
}
