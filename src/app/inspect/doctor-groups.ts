import type { Finding } from '../../domain/finding.ts';
import type { HostInventory } from '../../domain/host.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Topology } from '../../domain/topology.ts';

/** Doris keeps so many replicas of its own tables. */
const OWN_REPLICAS = 3;

/** Whether the groups of the policy are those of the cluster, and what stands in the way of their changes. */
export function checkGroups(policy: ClusterPolicy, topology: Topology): readonly Finding[] {
  const groups = [...new Set(topology.backends.map((backend) => backend.group))];
  const findings = policy.backends.flatMap(({ group, min, max }): readonly Finding[] => {
    const subject = `be/${group}`;
    const count = topology.backends.filter((backend) => backend.group === group).length;
    if (count === 0) {
      const there = groups.length === 0 ? 'the cluster has no backends' : `there are: ${groups.join(', ')}`;
      const mend = groups[0] === undefined ? undefined : `group: ${groups[0]}`;
      return [{ level: 'fail', subject, message: `no backend has the tag ${group}; ${there}`, mend }];
    }
    const message = `${String(count)} backends, min ${String(min)}, max ${String(max)}`;
    const found: Finding[] = [{ level: 'ok', subject, message, mend: undefined }];
    if (min < OWN_REPLICAS && topology.mode === 'coupled')
      found.push({
        level: 'warn',
        subject,
        message: `min ${String(min)} is below 3: Doris keeps 3 replicas of its own tables, so scale-in stops at 3`,
        mend: 'min: 3',
      });
    return found;
  });
  const dead = topology.backends.filter((backend) => !backend.alive);
  return [
    ...findings,
    ...dead.map(
      (backend): Finding => ({
        level: 'warn',
        subject: backend.address,
        message: `is not alive: ${backend.errorMessage || 'no reason given'}; scale-in holds`,
        mend: `bin/start_be.sh --daemon        (on ${backend.host})`,
      }),
    ),
  ];
}

/** A provisioner that knows no member of the groups it serves leaves scale-in without a victim. */
export function checkHosts(
  policy: ClusterPolicy,
  topology: Topology,
  { provisioner, hosts }: HostInventory,
): readonly Finding[] {
  const known = new Set(hosts.flatMap(({ host, address }) => [host, address ?? host]));
  return policy.backends
    .filter((group) => group.provisioner === provisioner)
    .flatMap(({ group }) => {
      const members = topology.backends.filter((backend) => backend.group === group);
      if (members.length === 0 || members.some(({ host, address }) => known.has(host) || known.has(address))) return [];
      return [
        {
          level: 'warn' as const,
          subject: provisioner,
          message: `knows no member of be/${group}: none of them is ever removed`,
          mend: `hosts: [${members.map(({ address }) => `"${address}"`).join(', ')}]`,
        },
      ];
    });
}
