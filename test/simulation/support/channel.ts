import { classifyServerError } from '../../../src/doris/classify-error.ts';
import { DorisOutcomeUnknown, DorisTimeout, DorisUnreachable } from '../../../src/doris/errors.ts';
import type { HttpGet } from '../../../src/doris/evidence/own-check.ts';
import { isChange } from '../../../src/doris/mysql-channel.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { FrontendChannel, FrontendEndpoint, ResultSet } from '../../../src/domain/ports/frontend-channel.ts';
import type { SimulatedCluster, SqlAnswer, SqlSession } from '../../../src/simulator/cluster.ts';

const POLL_MS = 100;
const CLIENT = '127.0.0.1';

/** The statements of the Doris session carried to the simulator's sql/ without a socket; deadlines pass on the clock. */
export function simulatedChannel(cluster: SimulatedCluster, clock: Clock, user: string): FrontendChannel {
  let connections = 0;

  const login = (endpoint: FrontendEndpoint): SqlSession => {
    const name = nameOf(endpoint);
    cluster.advanceTo(clock.now());
    const frontend = cluster
      .frontends()
      .find(({ host, ports }) => host === endpoint.host && ports.query === endpoint.port);
    if (frontend?.running !== true) throw new DorisUnreachable(`${name} cannot be reached: connection refused`);
    const entered = cluster.authenticate(frontend.host, user, () => true, clock.now());
    if (!entered.ok) throw classifyServerError(entered, { endpoint: name, change: false });
    connections += 1;
    return cluster.openSession(frontend.host, user, CLIENT, connections, clock.now());
  };

  const settle = async (first: SqlAnswer, name: string, text: string, deadlineMs: number): Promise<ResultSet> => {
    const change = isChange(text);
    const giveUpAt = clock.now() + deadlineMs;
    let answer = first;
    while (answer.kind === 'pending') {
      if (clock.now() >= giveUpAt) {
        const message = `${name} did not answer within ${String(deadlineMs / 1000)} s: ${text}`;
        throw change ? new DorisOutcomeUnknown(message) : new DorisTimeout(message);
      }
      await clock.sleep(POLL_MS);
      answer = answer.poll(clock.now()) ?? answer;
    }
    switch (answer.kind) {
      case 'rows':
        return { columns: answer.columns.map((column) => column.name), rows: answer.rows };
      case 'ok':
        return { columns: [], rows: [] };
      case 'error':
        throw classifyServerError(answer, { endpoint: name, change });
      case 'close': {
        const message = `${name} lost the connection`;
        throw change ? new DorisOutcomeUnknown(message) : new DorisUnreachable(message);
      }
    }
  };

  const session: FrontendChannel['session'] = async (endpoint) => {
    const name = nameOf(endpoint);
    const opened = login(endpoint);
    let released = false;
    return {
      execute: (text, { deadlineMs }) => settle(cluster.execute(opened, text, clock.now()), name, text, deadlineMs),
      release() {
        if (!released) cluster.closeSession(opened);
        released = true;
      },
    };
  };

  return {
    session,
    async execute(endpoint, text, limits) {
      const one = await session(endpoint, limits);
      try {
        return await one.execute(text, limits);
      } finally {
        one.release();
      }
    },
    close: async () => {},
  };
}

/** The FE's HTTP port, for its own dry run of a decommission. */
export function simulatedHttp(cluster: SimulatedCluster, clock: Clock): HttpGet {
  return async (url, { authorization }) => {
    const { hostname, pathname, searchParams } = new URL(url);
    const [user = '', password = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':');
    const request = {
      method: 'GET',
      path: pathname,
      query: searchParams,
      authorization: { user, password },
      body: '',
    };
    return cluster.http(hostname, request, clock.now());
  };
}

function nameOf({ host, port }: FrontendEndpoint): string {
  return `${host}:${String(port)}`;
}
