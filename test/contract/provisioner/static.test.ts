import type { HostLedger } from '../../../src/domain/ports/host-ledger.ts';
import { oneAtATime } from '../../../src/provisioner/one-at-a-time.ts';
import { staticProvisioner } from '../../../src/provisioner/static/static-provisioner.ts';
import { provisionerContract } from './provisioner-contract.ts';

/** Answers later, as a database does. */
function memoryLedger(): HostLedger {
  const held = new Map<string, string>();
  const later = () => new Promise((resolve) => setImmediate(resolve));
  return {
    async holder(_provisioner, host) {
      await later();
      return held.get(host);
    },
    async reserve(_provisioner, host, key) {
      await later();
      if (key === undefined) held.delete(host);
      else held.set(host, key);
    },
    takerOf: async (key) => (key.startsWith('remove') ? undefined : { cluster: 'analytics', clusterId: '4711' }),
  };
}

provisionerContract('static', async () => {
  const ledger = memoryLedger();
  const hosts = ['10.0.0.1:9050', '10.0.0.2:9050', '10.0.0.3:9050'];
  const make = () => staticProvisioner({ name: 'spares', hosts, ledger, taking: oneAtATime() });
  return { provisioner: make(), restarted: make, dispose: async () => undefined };
});
