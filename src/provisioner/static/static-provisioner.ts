import type { HostInventory, HostState } from '../../domain/host.ts';
import type { HostLedger } from '../../domain/ports/host-ledger.ts';
import type { Provisioner, ProvisionRequest } from '../../domain/ports/provisioner.ts';
import { addressOf, splitHost } from '../address.ts';
import type { OneAtATime } from '../one-at-a-time.ts';

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
  /** Shared by all that use the same ledger under this name: to look who holds a host and to reserve it are two calls. */
  readonly taking: OneAtATime;
}): Provisioner {
  const { name, ledger, taking } = options;
  const hosts = options.hosts.map((written) => ({ ...splitHost(written), written }));
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
    release: (request) =>
      taking(async () => {
        const { host, key, role, node } = request;
        const named = (await withHolders()).filter((each) => each.host === host);
        const own = named.find(({ holder }) => holder === key);
        const meant =
          node === undefined ? named : named.filter((each) => addressOf(each.host, each.port, role) === node);
        const [only, ...others] = own === undefined ? meant : [own];
        if (only === undefined || others.length > 0) return;
        if (own === undefined && !(await isRemoved(ledger, request, only.holder))) return;
        await ledger.reserve(name, only.written, DIRTY);
      }),
  };
}

/** A backend that is removed was taken long ago, under a key of that time, or by hand; by another cluster it was taken since. */
async function isRemoved(
  ledger: HostLedger,
  { key, cluster, clusterId }: ProvisionRequest,
  holder: string | undefined,
): Promise<boolean> {
  // An addition gives back what it took under its own key; without that it has done so before.
  if (holder === DIRTY || (await ledger.takerOf(key)) !== undefined) return false;
  if (holder === undefined) return true;
  const taker = await ledger.takerOf(holder);
  return taker !== undefined && (taker.cluster === cluster || taker.clusterId === clusterId);
}

function stateOf(holder: string | undefined): HostState {
  if (holder === undefined) return 'free';
  return holder === DIRTY ? 'dirty' : 'leased';
}
