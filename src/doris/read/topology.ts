import type { Clock } from '../../domain/ports/clock.ts';
import type { ClusterLook } from '../../domain/ports/cluster-reader.ts';
import type { Topology } from '../../domain/topology.ts';
import { DorisBadAnswer } from '../errors.ts';
import { type Followers, requireAgreement } from '../master/agreement.ts';
import { type MasterFinder, type MasterSession, frontendsOf } from '../master/master.ts';
import { SHOW_BACKENDS, modeOf, parseBackends } from '../parse/backends.ts';
import { known } from './known.ts';
import { readTabletsInMigration } from './migration.ts';

interface TopologyOptions {
  readonly finder: MasterFinder;
  readonly followers: Followers;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** Frontends and backends as the agreed master shows them, over one connection. */
export async function readTopology(options: TopologyOptions): Promise<Topology> {
  return await options.finder.withMaster((found) => topologyOf(found, options));
}

/** The same with what the scheduler has to do: a queue that cannot be read takes nothing from the rest. */
export async function readLook(options: TopologyOptions): Promise<ClusterLook> {
  return await options.finder.withMaster(async (found) => {
    const [topology, tabletsInMigration] = await Promise.all([
      topologyOf(found, options),
      known(() => readTabletsInMigration(found.session, options.deadlineMs)),
    ]);
    return { topology, tabletsInMigration };
  });
}

async function topologyOf(found: MasterSession, options: TopologyOptions): Promise<Topology> {
  const [backends] = await Promise.all([
    found.session.execute(SHOW_BACKENDS, { deadlineMs: options.deadlineMs }).then(parseBackends),
    requireAgreement(found, options.followers),
  ]);
  const { version } = found.master;
  if (version === undefined) throw new DorisBadAnswer('SHOW FRONTENDS: column Version of the master is empty');
  return {
    at: options.clock.now(),
    clusterId: found.clusterId,
    mode: modeOf(backends),
    version,
    master: found.master.address,
    frontends: frontendsOf(found.list),
    backends,
  };
}
