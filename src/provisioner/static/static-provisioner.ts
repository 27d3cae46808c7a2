import type { HostInventory, HostState } from '../../domain/host.ts';
import type { HostLedger } from '../../domain/ports/host-ledger.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';
import { oneAtATime } from '../one-at-a-time.ts';

/** Stands in the ledger for a holder: given back, and not reset since. No key looks like it. */
const DIRTY = '(dirty)';

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
  const hosts = options.hosts.map((written) => ({ ...splitHost(written), written }));
  const taking = oneAtATime();
  const withHolders = () =>
    Promise.all(hosts.map(async (each) => ({ ...each, holder: await ledger.holder(name, each.written) })));

  return {
    name,
    keepsRunning: true,
    async list(): Promise<HostInventory> {
      const listed = (await withHolders()).map(({ host, port, holder }) => ({
        host,
        address: port === undefined ? undefined : addressOf(host, port, 'backend'),
        state: stateOf(holder),
        ...(stateOf(holder) === 'leased' && holder !== undefined ? { heldBy: holder } : {}),
      }));
      return { provisioner: name, hosts: listed };
    },
    acquire: ({ key, role, registered }) =>
      taking(async () => {
        const candidates = (await withHolders()).map((each) => ({
          ...each,
          address: addressOf(each.host, each.port, role),
        }));
        const held = candidates.find(({ holder }) => holder === key);
        if (held !== undefined) return { host: held.host, address: held.address };
        const open = candidates.filter(({ address }) => !registered.includes(address));
        const free =
          open.find(({ holder }) => holder === undefined) ?? open.find(({ holder }) => stateOf(holder) === 'dirty');
        if (free === undefined) return undefined;
        await ledger.reserve(name, free.written, key);
        return { host: free.host, address: free.address };
      }),
    async reset() {
      // The processes of static hosts are nobody's to clean.
    },
    async start() {
      // Up already.
    },
    async stop() {
      // Stays up.
    },
    release: ({ host, key }) =>
      taking(async () => {
        const named = (await withHolders()).filter((each) => each.host === host);
        const own = named.filter(({ holder }) => holder === key);
        // A backend that is removed was taken long ago, under a key of that time, or by hand.
        for (const { written } of own.length > 0 ? own : named) await ledger.reserve(name, written, DIRTY);
      }),
  };
}

function stateOf(holder: string | undefined): HostState {
  if (holder === undefined) return 'free';
  return holder === DIRTY ? 'dirty' : 'leased';
}
