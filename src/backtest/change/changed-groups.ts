import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { ClusterPolicy, Policy } from '../../domain/policy.ts';

/** A group that both policies have, and that the changed one would size or change otherwise. */
export interface ChangedGroup {
  readonly before: { readonly cluster: ClusterPolicy; readonly group: GroupPolicy };
  readonly after: { readonly cluster: ClusterPolicy; readonly group: GroupPolicy };
}

export function changedGroups(before: Policy, after: Policy): readonly ChangedGroup[] {
  return after.clusters.flatMap((cluster) => {
    const was = before.clusters.find(({ name }) => name === cluster.name);
    return cluster.backends.flatMap((group) => {
      const wasGroup = was?.backends.find((each) => each.group === group.group);
      if (was === undefined || wasGroup === undefined) return [];
      if (whatCounts(was, wasGroup) === whatCounts(cluster, group)) return [];
      return [{ before: { cluster: was, group: wasGroup }, after: { cluster, group } }];
    });
  });
}

/** All that a replay could tell of, and nothing else: no provisioner, no cost, no speed of moving data. */
function whatCounts({ windows, prometheus }: ClusterPolicy, group: GroupPolicy): string {
  const { provisioner: _host, cost: _cost, disk: _disk, ...sizing } = group;
  const { idle: _idle, emergency: _emergency, onClose: _onClose, ...calendar } = windows;
  return JSON.stringify([sizing, calendar, prometheus.labels]);
}
