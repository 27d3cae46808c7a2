import type { Clock } from '../../domain/ports/clock.ts';
import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import type { Topology } from '../../domain/topology.ts';
import { DorisBadAnswer } from '../errors.ts';
import { requireAgreement } from '../master/agreement.ts';
import { type MasterFinder, frontendsOf } from '../master/master.ts';
import { SHOW_BACKENDS, modeOf, parseBackends } from '../parse/backends.ts';

/** Frontends and backends as the agreed master shows them, over one connection. */
export async function readTopology(options: {
  readonly finder: MasterFinder;
  readonly channel: FrontendChannel;
  readonly endpoints: readonly FrontendEndpoint[];
  readonly clock: Clock;
  readonly deadlineMs: number;
}): Promise<Topology> {
  return await options.finder.withMaster(async (found) => {
    const [backends] = await Promise.all([
      found.session.execute(SHOW_BACKENDS, { deadlineMs: options.deadlineMs }).then(parseBackends),
      requireAgreement(found, options),
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
