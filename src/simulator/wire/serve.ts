import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../cluster.ts';
import { describeSimulator, type SimulatorDescription } from './describe.ts';
import { listen } from './gate.ts';
import { controlServer } from './hosts/control-server.ts';
import { scrapeTargets } from './hosts/targets.ts';
import { runProcesses } from './processes.ts';
import { prometheusServer } from './prometheus/api.ts';

/** A cluster on the wire. */
export interface ServedCluster {
  readonly description: SimulatorDescription;
  /** Opens and shuts ports as the model says now. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Opens every port. Rejects with PortTakenError, with nothing left open. */
export async function serveCluster(options: {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  /** Value of the label `cluster` of every series. */
  readonly clusterName: string;
  /** 0 = any free port. */
  readonly ports: { readonly prometheus: number; readonly control: number };
}): Promise<ServedCluster> {
  const { cluster, clock } = options;
  const targets = scrapeTargets(cluster, options.clusterName);
  const closers: (() => Promise<void>)[] = [async () => targets.stop()];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const processes = await runProcesses({ cluster, clock, onLook: () => targets.refresh() });
    closers.push(() => processes.stop());
    const open = async (server: Server, port: number): Promise<string> => {
      await listen(server, LOOPBACK, port);
      closers.push(() => close(server));
      return `http://${LOOPBACK}:${String((server.address() as AddressInfo).port)}`;
    };
    const prometheus = await open(prometheusServer(options), options.ports.prometheus);
    const onChange = (): Promise<void> => processes.refresh();
    const control = await open(controlServer({ cluster, clock, targets, onChange }), options.ports.control);
    return {
      description: describeSimulator(cluster, { prometheus, control, scrapeTargets: targets.file }),
      refresh: () => processes.refresh(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
