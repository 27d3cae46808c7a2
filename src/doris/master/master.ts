import type { FrontendChannel, FrontendEndpoint, FrontendSession } from '../../domain/ports/frontend-channel.ts';
import type { Frontend } from '../../domain/topology.ts';
import { formatAddress } from '../address.ts';
import { afterDeadline } from '../deadline.ts';
import { DorisError, DorisNoMaster, DorisUnreachable, DorisWrongCluster } from '../errors.ts';
import { type FrontendList, SHOW_FRONTENDS, parseFrontends } from '../parse/frontends.ts';
import { type ClusterPin, requireClusterId } from './cluster-pin.ts';
import { firstAnswer } from './first-answer.ts';
import { queryAddress, requireMajority, rowAsked } from './quorum.ts';

/** SHOW FRONTENDS takes a minute while the host of an FE is dead. */
export const FRONTENDS_DEADLINE_MS = 90_000;
const PATIENCE_MS = 5000;

/** A connection to the FE that said, on this very connection, that it is master of the pinned cluster with a majority. */
export interface MasterSession {
  readonly session: FrontendSession;
  readonly endpoint: FrontendEndpoint;
  readonly clusterId: string;
  readonly master: Frontend;
  readonly list: FrontendList;
}

export interface MasterFinder {
  /** Finds the master and runs `work` on its connection. Rejects with DorisNoMaster, -NoMajority, -WrongCluster, ... */
  withMaster<T>(work: (master: MasterSession) => Promise<T>): Promise<T>;
}

interface Asked {
  readonly session: FrontendSession;
  readonly endpoint: FrontendEndpoint;
  readonly clusterId: string;
  readonly list: FrontendList;
}

export function masterFinder(options: {
  readonly endpoints: readonly FrontendEndpoint[];
  readonly channel: FrontendChannel;
  readonly pin: ClusterPin;
}): MasterFinder {
  const { endpoints, channel, pin } = options;
  let last: FrontendEndpoint | undefined;

  const ask = async (endpoint: FrontendEndpoint): Promise<Asked> => {
    const expected = await pin.known();
    const session = await channel.session(endpoint, { deadlineMs: FRONTENDS_DEADLINE_MS });
    return await orRelease(session, async () => {
      const list = parseFrontends(await session.execute(SHOW_FRONTENDS, { deadlineMs: FRONTENDS_DEADLINE_MS }));
      return { session, endpoint, list, clusterId: requireClusterId(list, expected, nameOf(endpoint)) };
    });
  };

  /** From any FE to the master: the FE asked if it is the one, else the address that its row shows. */
  const reach = async (endpoint: FrontendEndpoint): Promise<MasterSession> => {
    const asked = await ask(endpoint);
    const named = await orRelease(asked.session, async () => masterOf(asked));
    if (isAsked(asked, named)) return await withMajority({ ...asked, master: named });
    asked.session.release();
    const there = await ask({ host: named.host, port: named.queryPort }).catch((error: unknown) => {
      throw error instanceof DorisUnreachable
        ? new DorisUnreachable(`${nameOf(endpoint)} names ${queryAddress(named)} as master: ${error.message}`, {
            cause: error,
          })
        : error;
    });
    const master = await orRelease(there.session, async () => {
      const found = masterOf(there);
      if (found.name === named.name && isAsked(there, found)) return found;
      throw new DorisNoMaster(
        `${nameOf(endpoint)} names ${queryAddress(named)} as master, but that FE does not say so itself`,
      );
    });
    return await withMajority({ ...there, master });
  };

  const find = async (): Promise<MasterSession> => {
    if ((await pin.known()) === undefined) await agreeOnCluster(endpoints, ask);
    const found = await firstAnswer(
      inOrder(endpoints, last).map((endpoint) => () => reach(endpoint)),
      {
        patienceMs: PATIENCE_MS,
        discard: (late) => {
          late.session.release();
        },
      },
    );
    pin.learn(found.clusterId);
    last = found.endpoint;
    return found;
  };

  return {
    async withMaster(work) {
      const master = await find();
      try {
        return await work(master);
      } finally {
        master.session.release();
      }
    },
  };
}

export function frontendsOf(list: FrontendList): readonly Frontend[] {
  return list.rows.map(({ frontend }) => frontend);
}

/**
 * Before anything is pinned every endpoint that answers must show the same id: the first one might be an FE that was
 * started without --helper and is a cluster of its own.
 */
async function agreeOnCluster(
  endpoints: readonly FrontendEndpoint[],
  ask: (endpoint: FrontendEndpoint) => Promise<Asked>,
): Promise<void> {
  const seen = new Map<string, string>();
  await new Promise<void>((resolve) => {
    const stop = afterDeadline(PATIENCE_MS, resolve);
    const looks = endpoints.map(async (endpoint) => {
      const asked = await ask(endpoint);
      asked.session.release();
      seen.set(asked.clusterId, nameOf(endpoint));
    });
    void Promise.allSettled(looks).then(() => {
      stop();
      resolve();
    });
  });
  if (seen.size > 1) {
    const named = [...seen].map(([id, endpoint]) => `${endpoint} belongs to ${id}`);
    throw new DorisWrongCluster(`the endpoints are of different clusters: ${named.join(', ')}`, {
      hint: `clusterId: ${[...seen.keys()][0] ?? ''}`,
    });
  }
}

function isAsked(asked: Asked, frontend: Frontend): boolean {
  return rowAsked(asked.list.rows, asked.endpoint.port)?.name === frontend.name;
}

/** A master that was cut off from the others says so by its dead followers; another endpoint may lead to the new one. */
async function withMajority(found: MasterSession): Promise<MasterSession> {
  return await orRelease(found.session, async () => {
    requireMajority(frontendsOf(found.list), nameOf(found.endpoint));
    return found;
  });
}

function masterOf(asked: Asked): Frontend {
  const masters = frontendsOf(asked.list).filter((one) => one.isMaster);
  const [master] = masters;
  if (master === undefined || masters.length > 1) {
    throw new DorisNoMaster(
      `${nameOf(asked.endpoint)} shows ${masters.length === 0 ? 'no master' : 'several masters'}`,
    );
  }
  return master;
}

function inOrder(
  endpoints: readonly FrontendEndpoint[],
  last: FrontendEndpoint | undefined,
): readonly FrontendEndpoint[] {
  if (last === undefined) return endpoints;
  return [last, ...endpoints.filter((one) => nameOf(one) !== nameOf(last))];
}

function nameOf(endpoint: FrontendEndpoint): string {
  return formatAddress(endpoint.host, endpoint.port);
}

async function orRelease<T>(session: FrontendSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    session.release();
    throw error instanceof DorisError ? error : new Error(String(error), { cause: error });
  }
}
