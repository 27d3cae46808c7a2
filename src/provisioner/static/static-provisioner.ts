import type { HostInventory } from '../../domain/host.ts';
import type { HostLedger } from '../../domain/ports/host-ledger.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';

/**
 * Hosts whose processes are up already and stay up: nothing is started, stopped or cleaned. A drained backend of the same
 * cluster holds no tablets, so its host is offered again as it is; a provisioner that cleans storage is `exec`.
 */
export function staticProvisioner(options: {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly ledger: HostLedger;
}): Provisioner {
  const { name, ledger } = options;
  const hosts = options.hosts.map(splitHost);
  return {
    name,
    keepsRunning: true,
    async list(): Promise<HostInventory> {
      const listed = await Promise.all(
        hosts.map(async ({ host, port }) => ({
          host,
          address: port === undefined ? undefined : `${host}:${String(port)}`,
          state: (await ledger.holder(name, entry(host, port))) === undefined ? ('free' as const) : ('leased' as const),
        })),
      );
      return { provisioner: name, hosts: listed };
    },
    async acquire({ key, role, registered }) {
      const candidates = await Promise.all(
        hosts.map(async ({ host, port }) => ({
          host,
          address: addressOf(host, port, role),
          entry: entry(host, port),
          holder: await ledger.holder(name, entry(host, port)),
        })),
      );
      const held = candidates.find((candidate) => candidate.holder === key);
      if (held !== undefined) return { host: held.host, address: held.address };
      const free = candidates.find(
        (candidate) => candidate.holder === undefined && !registered.includes(candidate.address),
      );
      if (free === undefined) return undefined;
      await ledger.reserve(name, free.entry, key);
      return { host: free.host, address: free.address };
    },
    async reset() {
      // The processes of static hosts are nobody's to clean.
    },
    async start() {
      // Up already.
    },
    async stop() {
      // Stays up.
    },
    async release({ host }) {
      const released = hosts.filter((each) => each.host === host);
      for (const each of released) await ledger.reserve(name, entry(each.host, each.port), undefined);
    },
  };
}

function entry(host: string, port: number | undefined): string {
  return port === undefined ? host : `${host}:${String(port)}`;
}
