import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostState } from '../../../src/domain/host.ts';
import type { NodeAddress } from '../../../src/domain/node.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';

export interface ProvisionerUnderTest {
  /** Knows three backend hosts, all free: 10.0.0.1 to 10.0.0.3 with heartbeat port 9050. */
  readonly provisioner: Provisioner;
  /** The same hosts as another process would see them. */
  readonly restarted: () => Provisioner;
  dispose(): Promise<void>;
}

/** What the controller relies on, wherever hosts come from. */
export function provisionerContract(name: string, open: () => Promise<ProvisionerUnderTest>): void {
  describe(name, () => {
    let under: ProvisionerUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.dispose();
    });

    const asked = (key: string) => ({ role: 'backend', cluster: 'analytics', clusterId: '4711', key }) as const;
    const acquire = (key: string, registered: readonly NodeAddress[] = [], from = under.provisioner) =>
      from.acquire({ ...asked(key), registered });
    const states = async (): Promise<Readonly<Record<string, HostState>>> => {
      const { hosts } = await under.provisioner.list();
      return Object.fromEntries(hosts.map(({ host, state }) => [host, state]));
    };

    it('lists every host with its address', async () => {
      const { hosts, provisioner } = await under.provisioner.list();
      expect(provisioner).toBe(under.provisioner.name);
      expect(hosts).toMatchObject(
        ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((host) => ({ host, address: `${host}:9050`, state: 'free' })),
      );
    });

    it('the same key gets the same host again, also after a restart', async () => {
      const first = await acquire('op.0');
      expect(first).toEqual({ host: '10.0.0.1', address: '10.0.0.1:9050' });
      expect(await acquire('op.0')).toEqual(first);
      expect(await acquire('op.0', ['10.0.0.1:9050'], under.restarted())).toEqual(first);
      expect(await states()).toMatchObject({ '10.0.0.1': 'leased', '10.0.0.2': 'free' });
    });

    it('several keys get several hosts, also when they ask at the same moment', async () => {
      const nodes = await Promise.all(['op.0', 'op.1', 'op.2', 'op.3'].map((key) => acquire(key)));
      const hosts = nodes.flatMap((node) => (node === undefined ? [] : [node.host]));
      expect(hosts.toSorted()).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    });

    it('a host that is registered is not taken', async () => {
      expect(await acquire('op.0', ['10.0.0.1:9050', '10.0.0.3:9050'])).toMatchObject({ host: '10.0.0.2' });
      expect(await acquire('op.1', ['10.0.0.1:9050', '10.0.0.3:9050'])).toBeUndefined();
    });

    it('a released host is dirty, and taken again when no other is free', async () => {
      await acquire('op.0');
      await under.provisioner.release({ ...asked('op.0'), host: '10.0.0.1' });
      expect(await states()).toEqual({ '10.0.0.1': 'dirty', '10.0.0.2': 'free', '10.0.0.3': 'free' });
      expect(await acquire('next.0')).toMatchObject({ host: '10.0.0.2' });
      expect(await acquire('next.1')).toMatchObject({ host: '10.0.0.3' });
      expect(await acquire('next.2')).toMatchObject({ host: '10.0.0.1' });
      expect(await acquire('next.3')).toBeUndefined();
    });

    it('the host of a member that was removed is given back under another key than it was taken with', async () => {
      await acquire('add.0');
      await under.provisioner.release({ ...asked('remove.0'), host: '10.0.0.1' });
      expect(await states()).toMatchObject({ '10.0.0.1': 'dirty' });
    });

    it('every verb may be repeated', async () => {
      const node = await acquire('op.0');
      const on = { ...asked('op.0'), host: node?.host ?? '' };
      for (let times = 0; times < 2; times += 1) {
        await under.provisioner.reset(on);
        await under.provisioner.start({ ...on, helper: undefined, httpPort: undefined });
      }
      for (let times = 0; times < 2; times += 1) {
        await under.provisioner.stop(on);
        await under.provisioner.release(on);
      }
      expect(await states()).toMatchObject({ '10.0.0.1': 'dirty' });
    });
  });
}
