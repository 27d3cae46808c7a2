import { clusterLoop } from '../../../src/controller/cluster-loop.ts';
import type { ClusterLoop } from '../../../src/controller/cluster-loop.ts';
import type { ClusterPorts } from '../../../src/controller/ports.ts';
import { dorisCluster } from '../../../src/doris/cluster.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import type { ClusterChange, ClusterWriter } from '../../../src/domain/ports/cluster-writer.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Ids } from '../../../src/domain/ports/ids.ts';
import type { Journal } from '../../../src/domain/ports/journal.ts';
import type { LoadSource } from '../../../src/domain/ports/load-source.ts';
import type { Notice } from '../../../src/domain/ports/notifier.ts';
import type { Provisioner } from '../../../src/domain/ports/provisioner.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import { simulatedChannel, simulatedHttp } from '../support/channel.ts';
import type { Between, Sent } from '../support/channel.ts';
import { simulatedProbe } from '../support/hosts.ts';
import { life } from '../support/life.ts';
import type { Life } from '../support/life.ts';
import type { SoakStore } from './store.ts';

export interface ProcessOptions {
  readonly policy: () => ClusterPolicy;
  /** Ours, which a person may set. */
  readonly clock: Clock;
  /** The model's. */
  readonly truth: Clock;
  readonly ids: Ids;
  readonly cluster: SimulatedCluster;
  readonly store: SoakStore;
  readonly journal: Journal;
  readonly load: LoadSource;
  readonly provisioner: Provisioner;
  readonly between: Omit<Between, 'sent'>;
  readonly events: {
    readonly sent: (sent: Sent, change: ClusterChange | undefined) => void;
    readonly recorded: (record: DecisionRecord) => void;
    readonly failed: (error: unknown) => void;
    readonly notified: (notice: Notice) => void;
    readonly died: () => void;
  };
}

/** One life of the daemon: what it is told of the world, and what it does to it, goes through ports that end with it. */
export interface SoakProcess {
  readonly loop: ClusterLoop;
  readonly life: Life;
}

export function soakProcess(options: ProcessOptions): SoakProcess {
  const { policy, clock, truth, cluster, store, events, provisioner } = options;
  const alive = life(events.died);
  const own = alive.lived;
  const user = policy().user;
  let change: ClusterChange | undefined;

  const doris = dorisCluster({
    policy: policy(),
    channel: simulatedChannel(cluster, truth, user, {
      ...options.between,
      sent(sent) {
        events.sent(sent, sent.changes ? change : undefined);
      },
    }),
    clock,
    http: simulatedHttp(cluster, truth),
    rememberedClusterId: () => store.memory.clusterId(policy().name),
  });
  const writer: ClusterWriter = {
    async apply(asked, applied) {
      change = asked;
      return await doris.writer.apply(asked, applied);
    },
  };

  const told = (event: () => void): void => {
    if (!alive.dead()) event();
  };
  const ports: ClusterPorts = {
    clock: own(clock),
    ids: options.ids,
    reader: own(doris.reader),
    writer: own(writer),
    load: own(options.load),
    provisioners: new Map([[provisioner.name, own(provisioner)]]),
    probe: own(simulatedProbe(cluster, truth)),
    journal: own(options.journal),
    records: own(store.records),
    loads: own(store.loads),
    memory: own(store.memory),
    control: own(store.control),
    lease: { holds: () => true },
    notifier: {
      notify(notice) {
        told(() => {
          events.notified(notice);
        });
      },
    },
    log: {
      debug() {},
      info() {},
      warn() {},
      error(message, fields) {
        told(() => {
          events.failed(fields?.['error'] ?? message);
        });
      },
    },
    storeWritable: async () => !store.isFull(),
  };
  const loop = clusterLoop(ports, () => ({ policy: policy(), revision: 'soak', forcedObserve: undefined }), {
    evaluated(result) {
      told(() => {
        if ('record' in result) events.recorded(result.record);
        else events.failed(result.error);
      });
    },
    skipped() {},
    operationChanged() {},
  });
  return { loop, life: alive };
}
