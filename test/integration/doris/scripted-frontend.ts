import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { SimulatedCluster, SqlAnswer } from '../../../src/simulator/cluster.ts';
import { serveClient } from '../../../src/simulator/wire/mysql/client.ts';
import { systemClock } from '../../../src/time/system-clock.ts';

export interface ScriptedFrontend {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Statements in the order of arrival. */
  readonly statements: readonly string[];
  /** Connections accepted so far, and those still open. */
  readonly connections: () => { readonly accepted: number; readonly open: number };
  /** Cuts every open connection. */
  cut(): void;
  stop(): Promise<void>;
}

/** One FE on the wire that answers by a script; it accepts the password `s3cret` only. */
export async function scriptedFrontend(options: {
  readonly execute: (text: string) => SqlAnswer;
  readonly closesLoginWithConnectAttrs?: boolean;
}): Promise<ScriptedFrontend> {
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const cluster = {
    version: '2.1',
    closesLoginWithConnectAttrs: () => options.closesLoginWithConnectAttrs ?? true,
    authenticate: (_host: string, user: string, matches: (password: string) => boolean) =>
      matches('s3cret')
        ? { ok: true }
        : { ok: false, errno: 1045, sqlState: '28000', message: `Access denied for user '${user}'` },
    openSession: (frontendHost: string, user: string, clientHost: string, connectionId: number, atMs: number) => ({
      frontendHost,
      user,
      clientHost,
      connectionId,
      connectedAtMs: atMs,
      variables: new Map<string, string>(),
      database: undefined,
    }),
    closeSession: () => undefined,
    execute: (_session: unknown, text: string) => {
      statements.push(text);
      return options.execute(text);
    },
  } as unknown as SimulatedCluster;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, {
      cluster,
      clock: systemClock(),
      frontendHost: '127.0.0.1',
      connectionId: accepted,
      scramble: Buffer.from('abcdefghijklmnopqrst'),
      onStatement: () => undefined,
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    statements,
    connections: () => ({ accepted, open: sockets.size }),
    cut,
    stop: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export const rows = (columns: readonly string[], values: readonly (readonly (string | null)[])[]): SqlAnswer => ({
  kind: 'rows',
  columns: columns.map((name) => ({ name, type: 254 })),
  rows: values,
});
export const silence: SqlAnswer = { kind: 'pending', poll: () => undefined };
