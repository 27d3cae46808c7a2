import type { ClusterPolicy } from '../../domain/policy.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import type { MemberOf } from '../../domain/ports/load-source.ts';

/** Finds the group of a series by host and http port, or by a host whose nodes were all of one group. */
export function memberOf(members: readonly Member[], policy: ClusterPolicy): MemberOf {
  const byAddress = new Map<string, string>();
  const byHost = new Map<string, string | undefined>();
  for (const member of members) {
    const host = nameOf(member.role, member.host);
    if (member.httpPort !== undefined) byAddress.set(`${host}:${String(member.httpPort)}`, member.group);
    byHost.set(host, byHost.has(host) && byHost.get(host) !== member.group ? undefined : member.group);
  }
  const only = onlyGroup(members, policy);
  const groupOf = ({ role, host: plain, httpPort }: Parameters<MemberOf>[0]): string | undefined => {
    const host = nameOf(role, plain);
    const byPort = httpPort === undefined ? undefined : byAddress.get(`${host}:${String(httpPort)}`);
    return byPort ?? byHost.get(host) ?? (role === 'backend' ? only : undefined);
  };
  return Object.assign(groupOf, { only });
}

/**
 * Series that labels pin to this cluster belong to its only group, even of a backend that left before we looked. A cluster may
 * have backends of a tag that the policy does not name.
 */
function onlyGroup(members: readonly Member[], policy: ClusterPolicy): string | undefined {
  const isPinned = Object.keys(policy.prometheus.labels).length > 0;
  const groups = new Set(policy.backends.map(({ group }) => group));
  for (const { role, group } of members) if (role === 'backend') groups.add(group);
  return isPinned && groups.size === 1 ? policy.backends[0]?.group : undefined;
}

/** A frontend and a backend may share a host. Capitals and the brackets of IPv6 make no other host. */
export function nameOf(role: 'backend' | 'frontend', host: string): string {
  return `${role}/${host.replace(/^\[(.*)\]$/, '$1').toLowerCase()}`;
}
