import type { HostInventory } from '../domain/host.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import { attempt } from './attempt.ts';
import type { ClusterPorts } from './ports.ts';

/** A list may start a process per call, so it is asked for at most once a minute. */
const FRESH_MS = 60_000;

export interface HostCache {
  list(ports: ClusterPorts, provisioner: string, at: EpochMs): Promise<Known<HostInventory>>;
  /** After an operation took or gave back hosts. */
  forget(): void;
}

export function hostCache(): HostCache {
  const lists = new Map<string, { readonly at: EpochMs; readonly hosts: Known<HostInventory> }>();
  return {
    async list(ports, name, at) {
      const cached = lists.get(name);
      if (cached !== undefined && at >= cached.at && at - cached.at < FRESH_MS) return cached.hosts;
      const provisioner = ports.provisioners.get(name);
      const hosts: Known<HostInventory> =
        provisioner === undefined
          ? { known: false, reason: `no provisioner is named ${name}` }
          : await attempt(() => provisioner.list());
      lists.set(name, { at, hosts });
      return hosts;
    },
    forget() {
      lists.clear();
    },
  };
}
