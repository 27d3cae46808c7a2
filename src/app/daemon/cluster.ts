import type { ClusterPorts } from '../../controller/ports.ts';
import { dorisCluster } from '../../doris/cluster.ts';
import { mysqlChannel } from '../../doris/mysql-channel.ts';
import type { StatementTimer } from '../../doris/mysql-channel.ts';
import type { ClusterPolicy, Policy, ProvisionerPolicy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { HostLedger } from '../../domain/ports/host-ledger.ts';
import type { Ids } from '../../domain/ports/ids.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Notifier } from '../../domain/ports/notifier.ts';
import type { Provisioner } from '../../domain/ports/provisioner.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { prometheusLoadSource } from '../../prometheus/load-source.ts';
import { operationOfKey } from '../../operation/orphans/held-hosts.ts';
import { execProvisioner } from '../../provisioner/exec/exec-provisioner.ts';
import type { OneAtATime } from '../../provisioner/one-at-a-time.ts';
import { oneCallPerKey } from '../../provisioner/one-call-per-key.ts';
import type { CallsUnderWay } from '../../provisioner/one-call-per-key.ts';
import { staticProvisioner } from '../../provisioner/static/static-provisioner.ts';
import { tcpProbe } from '../../provisioner/tcp-probe.ts';
import type { Store } from '../../store/store.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly notifier: Notifier;
  readonly store: Store;
  readonly metrics: Metrics;
  /** By the name of a provisioner; one for the whole process. */
  readonly taking: (provisioner: string) => OneAtATime;
  /** One for the whole process. */
  readonly underWay: CallsUnderWay;
}

export interface ClusterAdapters {
  readonly ports: ClusterPorts;
  /** What this Doris and its account allow; used by doctor and by run. */
  readonly doris: ReturnType<typeof dorisCluster>;
  close(): Promise<void>;
}

/** Connects one cluster of a policy to its Doris, its Prometheus, its provisioners and the store. */
export function connectCluster(policy: Policy, cluster: ClusterPolicy, around: Surroundings): ClusterAdapters {
  const { store, clock, metrics } = around;
  const ledger = ledgerOf(store);
  const channel = mysqlChannel({
    user: cluster.user,
    password: cluster.password,
    timer: statementTimer(clock, metrics.dorisTimer(cluster.name)),
  });
  const doris = dorisCluster({
    policy: cluster,
    channel,
    clock,
    rememberedClusterId: () => store.memory.clusterId(cluster.name),
  });
  const load = prometheusLoadSource({
    policy: cluster.prometheus,
    monotonicMs: () => clock.monotonicMs(),
    timer: metrics.prometheusTimer(cluster.name),
  });
  return {
    doris,
    ports: {
      clock,
      ids: around.ids,
      log: around.log,
      notifier: around.notifier,
      reader: doris.reader,
      writer: doris.writer,
      load,
      provisioners: provisionersOf(policy, ledger, around),
      probe: tcpProbe(),
      journal: store.journal,
      records: store.records,
      loads: store.loads,
      memory: store.memory,
      control: store.control,
      lease: store.lease,
      storeWritable: () => store.check(),
    },
    async close() {
      await Promise.allSettled([channel.close(), load.close()]);
    },
  };
}

/** The provisioners that a cluster's groups and frontends name. */
export function provisionersUsed(policy: Policy, cluster: ClusterPolicy): readonly ProvisionerPolicy[] {
  return Object.values(policy.provisioners).filter(({ name }) => usesProvisioner(cluster, name));
}

export function usesProvisioner({ backends, frontend }: ClusterPolicy, name: string): boolean {
  return frontend?.provisioner === name || backends.some(({ provisioner }) => provisioner === name);
}

/** All of the policy: one that no group names any more may have given a host that is still to be given back. */
export function provisionersOf(
  { provisioners }: Policy,
  ledger: HostLedger,
  around: Pick<Surroundings, 'taking' | 'underWay'>,
): ReadonlyMap<string, Provisioner> {
  return new Map(Object.values(provisioners).map((each) => [each.name, provisionerOf(each, ledger, around)]));
}

function provisionerOf(
  provisioner: ProvisionerPolicy,
  ledger: HostLedger,
  around: Pick<Surroundings, 'taking' | 'underWay'>,
): Provisioner {
  const taking = around.taking(provisioner.name);
  switch (provisioner.type) {
    case 'static':
      return staticProvisioner({ ...provisioner, ledger, taking });
    case 'exec':
      return oneCallPerKey(execProvisioner({ ...provisioner, taking }), {
        underWay: around.underWay,
        waitMs: provisioner.timeoutMs,
      });
  }
}

function statementTimer(clock: Clock, histogram: ReturnType<Metrics['dorisTimer']>): StatementTimer {
  return () => {
    const startedMs = clock.monotonicMs();
    return (outcome) => {
      histogram.observe((clock.monotonicMs() - startedMs) / 1000, outcome);
    };
  };
}

/** Reservations of hosts live beside the facts of clusters, under a name that no cluster can have; whose they are, the journal tells. */
export function ledgerOf(store: Pick<Store, 'memory' | 'journal'>): HostLedger {
  const scope = (provisioner: string): string => `provisioner:${provisioner}`;
  return {
    holder: (provisioner, host) => store.memory.fact(scope(provisioner), host),
    reserve: (provisioner, host, key) => store.memory.setFact(scope(provisioner), host, key),
    async takerOf(key) {
      const id = operationOfKey(key)?.id;
      const operation = id === undefined ? undefined : await store.journal.find(id);
      return operation?.kind.startsWith('add-') === true ? operation : undefined;
    },
  };
}
