import type { Clock } from '../domain/ports/clock.ts';
import type { ClusterOptions, SimulatedCluster } from './cluster.ts';
import { createCluster } from './create-cluster.ts';
import type { SimulatorDescription } from './wire/describe.ts';
import { withFreePortBase } from './wire/port-base.ts';
import { serveCluster } from './wire/serve.ts';

export interface SimulatorOptions extends Omit<ClusterOptions, 'startAtMs' | 'portBase'> {
  readonly clock: Clock;
  /** Absent: Doris's own ports. 0: free ones. Otherwise the FEs and BEs listen on it plus a fixed offset each. */
  readonly portBase?: number;
  /** Label `cluster` of every series, by default "analytics". */
  readonly clusterName?: string;
}

export interface SimulatorHandle {
  readonly cluster: SimulatedCluster;
  readonly description: SimulatorDescription;
  /** Answers the preset queries and no others. */
  readonly prometheusUrl: string;
  /** The machine room, for provisioner scripts and tests. */
  readonly controlUrl: string;
  /** Opens and shuts ports as the model says now; they follow by themselves within a fraction of a second. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** A Doris cluster with real sockets on loopback hosts. Rejects with PortTakenError. */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorHandle> {
  const { portBase } = options;
  return portBase === 0
    ? await withFreePortBase((base) => serve(options, base, 'any'))
    : await serve(options, portBase, 'fixed');
}

async function serve(
  options: SimulatorOptions,
  portBase: number | undefined,
  ownPorts: 'any' | 'fixed',
): Promise<SimulatorHandle> {
  const { clock, clusterName = 'analytics', portBase: _, ...clusterOptions } = options;
  const cluster = createCluster({
    ...clusterOptions,
    startAtMs: clock.now(),
    ...(portBase === undefined ? {} : { portBase }),
  });
  const ports =
    portBase === undefined || ownPorts === 'any'
      ? { prometheus: 0, control: 0 }
      : { prometheus: portBase + 90, control: portBase + 91 };
  const served = await serveCluster({ cluster, clock, clusterName, ports });
  return {
    cluster,
    description: served.description,
    prometheusUrl: served.description.prometheus,
    controlUrl: served.description.hosts.control,
    refresh: () => served.refresh(),
    stop: () => served.stop(),
  };
}
