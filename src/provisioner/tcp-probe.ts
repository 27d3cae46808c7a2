import { connect } from 'node:net';
import type { PortProbe } from '../domain/ports/probe.ts';

/** Opens and closes a TCP connection. */
export function tcpProbe(): PortProbe {
  return {
    open: (host, port, deadlineMs) =>
      new Promise((resolve) => {
        const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, timeout: deadlineMs });
        const end = (open: boolean): void => {
          socket.destroy();
          resolve(open);
        };
        socket.once('connect', () => {
          end(true);
        });
        socket.once('timeout', () => {
          end(false);
        });
        socket.once('error', () => {
          end(false);
        });
      }),
  };
}
