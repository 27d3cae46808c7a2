import { createPool } from 'mysql2';
import type { Pool, PoolConnection } from 'mysql2';
import type { Secret } from '../domain/policy.ts';
import type {
  FrontendChannel,
  FrontendEndpoint,
  FrontendSession,
  ResultSet,
} from '../domain/ports/frontend-channel.ts';
import { formatAddress } from './address.ts';
import { classifyServerError } from './classify-error.ts';
import { type DorisError, DorisOutcomeUnknown, DorisTimeout, DorisUnreachable } from './errors.ts';
import { afterDeadline } from './deadline.ts';
import { readResult } from './parse/result.ts';

/** Changes of one cluster go one after another; more connections only help its reads. */
const CONNECTIONS = 4;
const IDLE_CONNECTIONS = 1;
const IDLE_MS = 60_000;
const CLOSE_MS = 1000;

export interface MysqlChannelOptions {
  readonly user: string;
  readonly password: Secret | undefined;
  /** 5 s: an FE that does not accept within that is down, however slow its answers may be. */
  readonly connectTimeoutMs?: number;
  readonly timer?: StatementTimer;
}

/** Measures statements: called before one is sent, and what it returns when its answer is there. */
export type StatementTimer = () => (outcome: 'ok' | 'error') => void;

/**
 * FEs over the MySQL protocol: one small pool for each endpoint, text protocol only (prepared statements fail in ways
 * that differ by version), every value as the text that was sent.
 */
export function mysqlChannel(options: MysqlChannelOptions): FrontendChannel {
  const pools = new Map<string, Pool>();
  const connections = new Set<PoolConnection>();

  const poolOf = (endpoint: FrontendEndpoint): Pool => {
    const address = formatAddress(endpoint.host, endpoint.port);
    const known = pools.get(address);
    if (known !== undefined) return known;
    const pool = createPool({
      host: endpoint.host,
      port: endpoint.port,
      user: options.user,
      password: options.password?.reveal() ?? '',
      // 2.1.0 closes the connection of a client that sends connection attributes.
      flags: ['-CONNECT_ATTRS'],
      maxPreparedStatements: 16,
      connectTimeout: options.connectTimeoutMs ?? 5000,
      connectionLimit: CONNECTIONS,
      maxIdle: IDLE_CONNECTIONS,
      idleTimeout: IDLE_MS,
    });
    pool.on('connection', (connection) => {
      connections.add(connection);
      connection.once('end', () => connections.delete(connection));
      // A connection that dies while idle emits this; the pool has dropped it already.
      connection.on('error', () => connections.delete(connection));
    });
    pools.set(address, pool);
    return pool;
  };

  const session = async (
    endpoint: FrontendEndpoint,
    { deadlineMs }: { readonly deadlineMs: number },
  ): Promise<FrontendSession> => {
    const name = formatAddress(endpoint.host, endpoint.port);
    const connection = await connect(poolOf(endpoint), name, deadlineMs);
    return {
      async execute(text, { deadlineMs: statementMs }) {
        const measured = options.timer?.();
        try {
          const answer = await ask(connection, name, text, statementMs);
          measured?.('ok');
          return answer;
        } catch (error) {
          measured?.('error');
          throw error;
        }
      },
      release: () => {
        connection.release();
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
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map(end));
      // A connection that waits for an answer does not end by itself.
      for (const connection of connections) connection.destroy();
    },
  };
}

function end(pool: Pool): Promise<void> {
  return new Promise((resolve) => {
    const settled = afterDeadline(CLOSE_MS, resolve);
    pool.end(() => {
      settled();
      resolve();
    });
  });
}

/** SHOW, SELECT and the like may be asked again; everything else may have been carried out when its answer is lost. */
export function isChange(text: string): boolean {
  return !/^\s*(SHOW|SELECT|DESC|DESCRIBE|EXPLAIN|ADMIN\s+SHOW)\b/i.test(text);
}

function connect(pool: Pool, name: string, deadlineMs: number): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    let late = false;
    const settled = afterDeadline(deadlineMs, () => {
      late = true;
      reject(new DorisUnreachable(`${name} gave no connection within ${seconds(deadlineMs)}`));
    });
    pool.getConnection((error: NodeJS.ErrnoException | null, connection: PoolConnection) => {
      settled();
      if (late) {
        if (error === null) connection.release();
      } else if (error === null) resolve(connection);
      else reject(failure(error, name, { change: false, sent: false }));
    });
  });
}

function ask(connection: PoolConnection, name: string, text: string, deadlineMs: number): Promise<ResultSet> {
  const change = isChange(text);
  return new Promise((resolve, reject) => {
    const settled = afterDeadline(deadlineMs, () => {
      // Otherwise its late answer would be read as that of the next statement.
      connection.destroy();
      const message = `${name} did not answer within ${seconds(deadlineMs)}: ${shorten(text)}`;
      reject(change ? new DorisOutcomeUnknown(message) : new DorisTimeout(message));
    });
    connection.query({ sql: text, rowsAsArray: true, typeCast: false }, (error, rows, fields) => {
      settled();
      if (error !== null) {
        if (!isServerError(error)) connection.destroy();
        reject(failure(error, name, { change, sent: true }));
        return;
      }
      try {
        resolve(readResult(rows, fields));
      } catch (thrown) {
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    });
  });
}

interface Circumstances {
  readonly change: boolean;
  readonly sent: boolean;
}

function failure(error: NodeJS.ErrnoException, name: string, { change, sent }: Circumstances): DorisError {
  if (isServerError(error))
    return classifyServerError({ errno: error.errno, message: error.message }, { endpoint: name, change });
  const message = `${name} ${sent ? 'lost the connection' : 'cannot be reached'}: ${error.message || (error.code ?? 'no reason given')}`;
  return change && sent
    ? new DorisOutcomeUnknown(message, { cause: error })
    : new DorisUnreachable(message, { cause: error });
}

/** An error packet has a SQLSTATE; failures of the socket have only a code. */
function isServerError(error: NodeJS.ErrnoException): error is NodeJS.ErrnoException & { readonly errno: number } {
  return 'sqlState' in error && typeof error.sqlState === 'string' && typeof error.errno === 'number';
}

function seconds(ms: number): string {
  return `${String(ms / 1000)} s`;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
