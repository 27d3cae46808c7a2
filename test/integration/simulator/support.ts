import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';

export interface Recorded {
  readonly action: string;
  readonly note?: string;
  readonly sql?: string;
  readonly user?: string;
  readonly capabilities?: string;
  readonly authDataLength?: number;
  readonly protocolVersion?: number;
  readonly serverVersion?: string;
  readonly charset?: number;
  readonly statusFlags?: number;
  readonly authPlugin?: string;
  readonly error?: {
    readonly errno?: number;
    readonly sqlState?: string;
    readonly code?: string;
    readonly message: string;
  };
}

/** What real FEs did on the wire. */
export function recorded(version: '2.1' | '4.0'): readonly Recorded[] {
  const file = new URL(`../../fixtures/doris/wire/${version}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Recorded[];
}

export function frontend(simulator: SimulatorHandle, index = 0): { readonly host: string; readonly port: number } {
  const found = simulator.description.frontends[index];
  if (found === undefined) throw new Error(`there is no frontend ${String(index)}`);
  return { host: found.host, port: found.mysqlPort };
}

/** Logs in as the daemon does, unless the options say otherwise. */
export async function logIn(
  simulator: SimulatorHandle,
  options: ConnectionOptions & { readonly index?: number } = {},
): Promise<Connection> {
  const { index, ...rest } = options;
  const connection = await mysql.createConnection({
    ...frontend(simulator, index),
    user: 'root',
    flags: ['-CONNECT_ATTRS'],
    ...rest,
  });
  // mysql2 says a lost connection twice: to the query and as an event.
  connection.on('error', () => undefined);
  return connection;
}

/** Rejections as plain values, to be compared with the recordings. */
export async function failureOf(promise: Promise<unknown>): Promise<{
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
}> {
  try {
    await promise;
  } catch (error) {
    const failure = error as Error & { readonly errno?: number; readonly sqlState?: string; readonly code?: string };
    return { errno: failure.errno, sqlState: failure.sqlState, code: failure.code, message: failure.message };
  }
  throw new Error('it did not fail');
}

/** The first bytes that a server sends. */
export async function firstBytes(host: string, port: number): Promise<Buffer> {
  const socket: Socket = connect({ host, port });
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      socket.once('data', resolve);
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

export async function accepts(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
