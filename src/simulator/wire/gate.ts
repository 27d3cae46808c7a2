import { createServer, type Server, type Socket } from 'node:net';

/** A port that a process opens when it starts and that is shut, with all its connections, when it ends. */
export interface Gate {
  readonly host: string;
  readonly port: number;
  /** Listens or stops listening; resolves when it is so. Rejects when the port is taken. */
  set(open: boolean): Promise<void>;
}

export class PortTakenError extends Error {
  readonly code = 'simulator-port-taken';
  readonly hint = 'give another --port-base, or --port-base 0 for free ports';
  constructor(host: string, port: number, cause: Error) {
    super(`${host}:${String(port)} cannot be listened on: ${cause.message}`, { cause });
    this.name = 'PortTakenError';
  }
}

/** A gate over a server of node:net or node:http. */
export function gate(server: Server, host: string, port: number): Gate {
  const sockets = new Set<Socket>();
  let turn = Promise.resolve();
  let isOpen = false;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  const apply = async (open: boolean): Promise<void> => {
    if (open === isOpen) return;
    if (open) await listen(server, host, port);
    else await shut(server, sockets);
    isOpen = open;
  };
  return {
    host,
    port,
    set: (open) => {
      const done = turn.then(() => apply(open));
      turn = done.catch(() => undefined);
      return done;
    },
  };
}

/** A port that accepts and says nothing: what a heartbeat or an edit log port looks like to a probe. */
export function silentServer(): Server {
  return createServer((socket) => {
    socket.resume();
  });
}

export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(new PortTakenError(host, port, error));
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.removeListener('error', failed);
      resolve();
    });
  });
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    for (const socket of sockets) socket.destroy();
  });
}
