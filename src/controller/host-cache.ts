import type { HostInventory } from '../domain/host.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import { attempt } from './attempt.ts';
import type { ClusterPorts } from './ports.ts';

/** A list may start a process per call, so it is asked for at most once a minute. */
const FRESH_MS = 60_000;

export interface HostCache {
  list(ports: Pick<ClusterPorts, 'provisioners'>, provisioner: string, at: EpochMs): Promise<Known<HostInventory>>;
  /** After an operation took or gave back hosts. */
  forget(): void;
}

export function hostCache(): HostCache {
  const lists = new Map<string, { readonly at: EpochMs; readonly hosts: Known<HostInventory> }>();
  // One that is slow is waited for by the next evaluation too, instead of being started once more beside it.
  const asked = new Map<string, Promise<Known<HostInventory>>>();

  const ask = async (ports: Pick<ClusterPorts, 'provisioners'>, name: string): Promise<Known<HostInventory>> => {
    const provisioner = ports.provisioners.get(name);
    if (provisioner === undefined) return { known: false, reason: `no provisioner is named ${name}` };
    return await attempt(() => provisioner.list());
  };
  return {
    async list(ports, name, at) {
      const cached = lists.get(name);
      if (cached !== undefined && at >= cached.at && at - cached.at < FRESH_MS) return cached.hosts;
      const asking = asked.get(name) ?? ask(ports, name);
      asked.set(name, asking);
      const hosts = await asking;
      // Forgotten meanwhile: what it saw may be of before.
      if (asked.get(name) === asking) {
        asked.delete(name);
        lists.set(name, { at, hosts });
      }
      return hosts;
    },
    forget() {
      lists.clear();
      asked.clear();
    },
  };
}
