import type { ReplicationNeed } from '../../../domain/evidence.ts';
import type { Backend } from '../../../domain/topology.ts';
import { countOf } from '../../explain/text.ts';

/** The FE raises its own tables to three replicas once there are three storage backends, and never lowers them. */
const LEAST_HOSTS = 3;

/** Alive, enabled, and of a role that stores tablets. */
export function holdsData(backend: Backend): boolean {
  return (
    backend.alive &&
    !backend.decommissioned &&
    !backend.queryDisabled &&
    !backend.loadDisabled &&
    !backend.shutdown &&
    backend.nodeRole === 'mix'
  );
}

/** Doris puts no two replicas of a tablet on one host: hosts are counted, not backends. */
export function hostsOf(backends: readonly Backend[]): number {
  return new Set(backends.map(({ host }) => host)).size;
}

/** (a) of the proof: why those that stay have no place for every replica of a group; undefined = they have. */
export function placesRefusal(
  group: string,
  staying: readonly Backend[],
  needs: readonly ReplicationNeed[],
): string | undefined {
  const hosts = hostsOf(staying.filter(holdsData));
  const need = needs.find((each) => each.group === group && each.replicas > hosts);
  if (need !== undefined) {
    return `${need.table} has ${countOf(need.replicas, 'replica')} and ${countOf(hosts, 'host')} would be left for them`;
  }
  return hosts < LEAST_HOSTS
    ? `storage backends on ${countOf(hosts, 'host')} would be left, ${String(LEAST_HOSTS)} are needed`
    : undefined;
}
