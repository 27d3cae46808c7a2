import type { Clock } from '../../domain/ports/clock.ts';
import type { Topology } from '../../domain/topology.ts';
import { DorisBadAnswer } from '../errors.ts';
import { type Followers, requireAgreement } from '../master/agreement.ts';
import { type MasterFinder, frontendsOf } from '../master/master.ts';
import { SHOW_BACKENDS, modeOf, parseBackends } from '../parse/backends.ts';

/** Frontends and backends as the agreed master shows them, over one connection. */
export async function readTopology(options: {
  readonly finder: MasterFinder;
  readonly followers: Followers;
  readonly clock: Clock;
  readonly deadlineMs: number;
}): Promise<Topology> {
  return await options.finder.withMaster(async (found) => {
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
  });
}
