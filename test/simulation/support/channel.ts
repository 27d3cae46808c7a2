import { classifyServerError } from '../../../src/doris/classify-error.ts';
import { DorisOutcomeUnknown, DorisTimeout, DorisUnreachable } from '../../../src/doris/errors.ts';
import type { HttpGet } from '../../../src/doris/evidence/own-check.ts';
import { isChange } from '../../../src/doris/mysql-channel.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { FrontendChannel, FrontendEndpoint, ResultSet } from '../../../src/domain/ports/frontend-channel.ts';
import type { SimulatedCluster, SqlAnswer, SqlSession } from '../../../src/simulator/cluster.ts';

const POLL_MS = 100;
const CONNECT_MS = 5000;
const CLIENT = '127.0.0.1';

export interface Sent {
  readonly text: string;
  readonly frontendHost: string;
  readonly changes: boolean;
  readonly outcome: SqlAnswer['kind'];
}

/** What lies between us and the FEs. */
export interface Between {
  readonly isReachable: (host: string) => boolean;
  /** What befalls the reply of a statement that was carried out; 0 = it comes at once, Infinity = it is lost. */
  readonly replyDelayMs: (text: string, changes: boolean) => number;
  /** Told once the FE has the statement. */
  readonly sent: (sent: Sent) => void;
}

const NOTHING_BETWEEN: Between = { isReachable: () => true, replyDelayMs: () => 0, sent() {} };

/**
 * The statements of the Doris session carried to the simulator's sql/ without a socket; deadlines pass on the clock, which
 * is that of the model.
 */
export function simulatedChannel(
  cluster: SimulatedCluster,
  clock: Clock,
  user: string,
  between: Between = NOTHING_BETWEEN,
): FrontendChannel {
  let connections = 0;

  const login = async (endpoint: FrontendEndpoint): Promise<SqlSession> => {
    const name = nameOf(endpoint);
    if (!between.isReachable(endpoint.host)) {
      await clock.sleep(CONNECT_MS);
      throw new DorisUnreachable(`${name} cannot be reached: no answer within ${String(CONNECT_MS / 1000)} s`);
    }
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

  const ask = async (opened: SqlSession, name: string, text: string, deadlineMs: number): Promise<ResultSet> => {
    const change = isChange(text);
    const giveUpAt = clock.now() + deadlineMs;
    const giveUp = (): never => {
      const message = `${name} did not answer within ${String(deadlineMs / 1000)} s: ${text}`;
      throw change ? new DorisOutcomeUnknown(message) : new DorisTimeout(message);
    };
    if (!between.isReachable(opened.frontendHost)) {
      await clock.sleep(deadlineMs);
      giveUp();
    }
    let answer = cluster.execute(opened, text, clock.now());
    between.sent({ text, frontendHost: opened.frontendHost, changes: change, outcome: answer.kind });
    const delayMs = between.replyDelayMs(text, change);
    if (delayMs > 0) await clock.sleep(Math.min(delayMs, deadlineMs));
    if (delayMs >= deadlineMs) giveUp();
    while (answer.kind === 'pending') {
      if (clock.now() >= giveUpAt) giveUp();
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
    const opened = await login(endpoint);
    let released = false;
    return {
      execute: (text, { deadlineMs }) => ask(opened, name, text, deadlineMs),
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
