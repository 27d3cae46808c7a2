import { randomFillSync } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../../cluster.ts';
import { serveClient } from './client.ts';

/** The MySQL port of one FE, not yet listening. */
export function frontendMysqlServer(options: {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  readonly frontendHost: string;
  readonly onStatement: () => void;
}): Server {
  let connectionId = 0;
  return createServer({ noDelay: true }, (socket) => {
    connectionId += 1;
    serveClient(socket, { ...options, connectionId, scramble: newScramble() });
  });
}

/** 20 bytes from 1 to 127: a zero byte would end the scramble for clients that read it as a string. */
function newScramble(): Buffer {
  return Buffer.from(randomFillSync(Buffer.alloc(20)).map((byte) => (byte % 127) + 1));
}
