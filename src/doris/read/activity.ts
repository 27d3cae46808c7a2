import type { NodeAddress } from '../../domain/node.ts';
import type { BackendActivity } from '../../domain/ports/cluster-reader.ts';
import type { FrontendChannel } from '../../domain/ports/frontend-channel.ts';
import type { Frontend } from '../../domain/topology.ts';
import { DorisBackendUnknown, DorisFrontendUnknown, DorisUnreachable } from '../errors.ts';
import { type MasterFinder, frontendsOf } from '../master/master.ts';
import { queryAddress } from '../master/quorum.ts';
import { SHOW_BACKENDS, parseBackends } from '../parse/backends.ts';
import { readRunning } from './processlist.ts';

interface Access {
  readonly finder: MasterFinder;
  readonly channel: FrontendChannel;
  readonly user: string;
  readonly deadlineMs: number;
}

/** What runs on a backend: its own figure (3.0 and later), else the older queries of all FEs, any of which may use it. */
export async function readActivity(
  access: Access,
  backend: NodeAddress,
  sinceSeconds: number,
): Promise<BackendActivity> {
  const { tasks, frontends } = await access.finder.withMaster(async ({ session, list }) => {
    const backends = parseBackends(await session.execute(SHOW_BACKENDS, { deadlineMs: access.deadlineMs }));
    const found = backends.find((one) => one.address === backend);
    if (found === undefined) throw new DorisBackendUnknown(`${backend} is not registered`);
    return { tasks: found.runningTasks, frontends: frontendsOf(list) };
  });
  if (tasks !== undefined) return { runningTasks: tasks, olderQueries: 0 };
  const running = await Promise.all(frontends.filter((one) => one.alive).map((one) => runningOn(access, one)));
  return {
    runningTasks: 'unknown',
    olderQueries: running.flat().filter(({ seconds }) => seconds >= sinceSeconds).length,
  };
}

/** Statements that run on one FE, by its edit log address. */
export async function readFrontendQueries(access: Access, frontend: NodeAddress): Promise<number> {
  const frontends = await access.finder.withMaster(async ({ list }) => frontendsOf(list));
  const found = frontends.find((one) => one.address === frontend);
  if (found === undefined) throw new DorisFrontendUnknown(`${frontend} is not registered`);
  return (await runningOn(access, found)).length;
}

async function runningOn(access: Access, frontend: Frontend) {
  if (frontend.queryPort <= 0) throw new DorisUnreachable(`${frontend.address} shows no query port: it was never up`);
  try {
    return await readRunning(access.channel, { host: frontend.host, port: frontend.queryPort }, access);
  } catch (error) {
    if (!(error instanceof DorisUnreachable)) throw error;
    throw new DorisUnreachable(`the queries of ${queryAddress(frontend)} cannot be seen: ${error.message}`, {
      cause: error,
    });
  }
}
