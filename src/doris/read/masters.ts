import type { MasterView } from '../../domain/ports/cluster-reader.ts';
import type { FrontendChannel, FrontendEndpoint } from '../../domain/ports/frontend-channel.ts';
import type { Frontend } from '../../domain/topology.ts';
import type { Followers } from '../master/agreement.ts';
import { type MasterFinder, frontendsOf } from '../master/master.ts';
import { SHOW_FRONTENDS, parseFrontends } from '../parse/frontends.ts';

/**
 * Whom each alive FE names as master. SHOW FRONTENDS is answered from the metadata of the FE that is asked, or passed on to
 * the one that it takes for the master: both tell.
 */
export async function readMasters(access: {
  readonly finder: MasterFinder;
  readonly channel: FrontendChannel;
  readonly followers: Followers;
  readonly deadlineMs: number;
}): Promise<readonly MasterView[]> {
  const frontends = await access.finder.withMaster(async ({ list }) => frontendsOf(list));
  const ask = async (frontend: Frontend): Promise<MasterView> => {
    const endpoint = placeOf(frontend, access.followers.reached);
    if (endpoint.port <= 0) {
      return { frontend: frontend.address, master: undefined, problem: 'its query port is not shown yet' };
    }
    try {
      const answer = await access.channel.execute(endpoint, SHOW_FRONTENDS, { deadlineMs: access.deadlineMs });
      const named = frontendsOf(parseFrontends(answer)).filter((one) => one.isMaster);
      const [master, ...more] = named;
      if (master !== undefined && more.length === 0) {
        return { frontend: frontend.address, master: master.address, problem: '' };
      }
      const problem = `it shows ${master === undefined ? 'no master' : 'several masters'}`;
      return { frontend: frontend.address, master: undefined, problem };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { frontend: frontend.address, master: undefined, problem };
    }
  };
  return await Promise.all(frontends.filter(({ alive }) => alive).map(ask));
}

/** Where it answered before, else where its row says: the two differ where hosts have other names outside. */
function placeOf(frontend: Frontend, reached: ReadonlyMap<string, FrontendEndpoint>): FrontendEndpoint {
  return reached.get(frontend.name) ?? { host: frontend.host, port: frontend.queryPort };
}
