import type { Clock } from '../domain/ports/clock.ts';
import type { ClusterMemory } from '../domain/ports/cluster-memory.ts';
import type { ClusterReader } from '../domain/ports/cluster-reader.ts';
import type { ClusterWriter } from '../domain/ports/cluster-writer.ts';
import type { Control } from '../domain/ports/control.ts';
import type { Ids } from '../domain/ports/ids.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Lease } from '../domain/ports/lease.ts';
import type { LoadSource } from '../domain/ports/load-source.ts';
import type { LoadStore } from '../domain/ports/load-store.ts';
import type { Log } from '../domain/ports/log.ts';
import type { Notifier } from '../domain/ports/notifier.ts';
import type { PortProbe } from '../domain/ports/probe.ts';
import type { Provisioner } from '../domain/ports/provisioner.ts';
import type { RecordSink } from '../domain/ports/record-sink.ts';

/** Everything outside that the controller of one cluster talks to. */
export interface ClusterPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly load: LoadSource;
  /** By name in the policy. */
  readonly provisioners: ReadonlyMap<string, Provisioner>;
  readonly probe: PortProbe;
  readonly journal: Journal;
  readonly records: RecordSink;
  readonly loads: LoadStore;
  readonly memory: ClusterMemory;
  readonly control: Control;
  readonly lease: Lease;
  readonly notifier: Notifier;
  readonly log: Log;
  /** Whether a write to the store would succeed now. */
  readonly storeWritable: () => Promise<boolean>;
}
