import type { Socket } from 'node:net';
import { createConnection } from 'mysql2';
import { outgoing, type OutgoingPacket } from './packets.ts';

/** One client's packets, in and out, without their headers. */
export interface Framing {
  send(...payloads: readonly Buffer[]): void;
  /** The next packet from the client is the first of a command: both sides count from 0 again. */
  resetSequence(): void;
  /** Drops the connection without a word. */
  destroy(): void;
}

/** What mysql2's server side has and its typings leave out. */
interface ServerSide {
  sequenceId: number;
  writePacket(packet: OutgoingPacket): void;
  addCommand(command: { execute(packet: Incoming | undefined): boolean }): unknown;
  on(event: 'error' | 'warn', listener: (error: Error) => void): unknown;
}

interface Incoming {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

/**
 * mysql2 cuts the stream into packets and numbers them; what they say is decided here. Its own server command is not
 * used: it can send neither an SQLSTATE nor an FE's OK packet, and it takes SET for a prepared statement.
 */
export function frame(socket: Socket, onPacket: (payload: Buffer) => void): Framing {
  // A server that is stopped destroys sockets; what is written to them afterwards goes nowhere.
  const serverOptions: { stream: Socket; isServer: boolean } = { stream: socket, isServer: true };
  const connection = createConnection(serverOptions) as unknown as ServerSide;
  const ignore = (): void => undefined;
  connection.on('error', ignore);
  connection.on('warn', ignore);
  connection.sequenceId = 0;
  connection.addCommand({
    execute: (packet) => {
      if (packet !== undefined) onPacket(Buffer.from(packet.buffer.subarray(packet.offset, packet.end)));
      return false;
    },
  });
  return {
    send: (...payloads) => {
      if (socket.destroyed || !socket.writable) return;
      socket.cork();
      for (const payload of payloads) connection.writePacket(outgoing(payload));
      socket.uncork();
    },
    resetSequence: () => {
      connection.sequenceId = 0;
    },
    destroy: () => {
      socket.destroy();
    },
  };
}
