import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tcpProbe } from '../../../src/provisioner/tcp-probe.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

function listening(host: string): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('a port', () => {
  it('that answers is open, one that nobody listens on is not', async () => {
    const port = await listening('127.0.0.1');
    expect(await tcpProbe().open('127.0.0.1', port, 5000)).toBe(true);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    expect(await tcpProbe().open('127.0.0.1', port, 5000)).toBe(false);
  });

  it.each([
    ['a host without a name', 'no-such-host.invalid', 9050],
    ['a port that cannot be', '127.0.0.1', 0],
  ])('of %s is not open', async (_name, host, port) => {
    expect(await tcpProbe().open(host, port, 5000)).toBe(false);
  });

  it('that gives no answer in time is not open', async () => {
    // A test network (RFC 5737) that leads nowhere.
    expect(await tcpProbe().open('192.0.2.1', 9050, 50)).toBe(false);
  });
});
