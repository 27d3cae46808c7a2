import { describe, expect, it } from 'vitest';
import type { HostLedger } from '../../../src/domain/ports/host-ledger.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';
import { staticProvisioner } from '../../../src/provisioner/static/static-provisioner.ts';

function spares(hosts: readonly string[]) {
  const held = new Map<string, string>();
  const ledger: HostLedger = {
    holder: async (_provisioner, host) => held.get(host),
    reserve: async (_provisioner, host, key) => {
      if (key === undefined) held.delete(host);
      else held.set(host, key);
    },
    takerOf: async () => undefined,
  };
  return { held, provisioner: staticProvisioner({ name: 'spares', hosts, ledger, taking: oneAtATime() }) };
}

const asked = (key: string) =>
  ({ role: 'backend', cluster: 'analytics', clusterId: '77', key, registered: [] }) as const;

describe('a static provisioner', () => {
  it('says that its processes stay up, so that nobody waits for their ports to close', () => {
    expect(spares([]).provisioner.keepsRunning).toBe(true);
  });

  it('tells apart the backends of one host by their ports', async () => {
    const { provisioner } = spares(['127.0.0.1:9050', '127.0.0.1:9150']);
    expect(await provisioner.acquire(asked('a'))).toEqual({ host: '127.0.0.1', address: '127.0.0.1:9050' });
    expect(await provisioner.acquire(asked('b'))).toEqual({ host: '127.0.0.1', address: '127.0.0.1:9150' });
    await provisioner.release({ ...asked('a'), host: '127.0.0.1' });
    expect((await provisioner.list()).hosts.map(({ address, state }) => [address, state])).toEqual([
      ['127.0.0.1:9050', 'dirty'],
      ['127.0.0.1:9150', 'leased'],
    ]);
  });

  it('lists for which key a host is reserved, and for none once it was given back', async () => {
    const { provisioner } = spares(['10.0.0.1', '10.0.0.2']);
    await provisioner.acquire(asked('op.0'));
    const holders = async () => (await provisioner.list()).hosts.map(({ heldBy }) => heldBy);
    expect(await holders()).toEqual(['op.0', undefined]);
    await provisioner.release({ ...asked('op.0'), host: '10.0.0.1' });
    expect(await holders()).toEqual([undefined, undefined]);
  });

  it('gives a frontend the port of frontends where none is written', async () => {
    const { provisioner } = spares(['fe4']);
    expect(await provisioner.acquire({ ...asked('a'), role: 'frontend' })).toEqual({
      host: 'fe4',
      address: 'fe4:9010',
    });
  });

  it('does not mind a host that it does not know', async () => {
    const { provisioner, held } = spares(['10.0.0.1']);
    await provisioner.release({ ...asked('a'), host: '10.9.9.9' });
    expect([...held]).toEqual([]);
  });
});
