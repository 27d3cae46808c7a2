import type { Clock } from '../../domain/ports/clock.ts';
import type { SimulatedBackend, SimulatedCluster, SimulatedFrontend } from '../cluster.ts';
import { type Gate, gate, silentServer } from './gate.ts';
import { backendHttpServer, frontendHttpServer } from './http/node-servers.ts';
import { frontendMysqlServer } from './mysql/frontend-server.ts';

/** The ports of all simulated processes. */
export interface Processes {
  /** Looks at the model now instead of at the next poll; resolves when every port is as the model says. */
  refresh(): Promise<void>;
  /** Shuts every port and every connection. */
  stop(): Promise<void>;
}

/** Real time between two looks at which processes run. */
const POLL_MS = 50;

/**
 * Opens the ports of running processes and shuts those of stopped ones, from now on. Rejects when a port is taken.
 * A port that cannot be opened later is tried again at each look.
 */
export async function runProcesses(options: {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  /** After each look. */
  readonly onLook: () => void;
}): Promise<Processes> {
  const { cluster, clock } = options;
  const gates = new Map<string, readonly Gate[]>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = async (): Promise<void> => {
    if (stopped) return;
    cluster.advanceTo(clock.now());
    const frontends = cluster.frontends().map((frontend) => ({
      running: frontend.running,
      gates: remembered(`fe ${frontend.host}`, () => frontendGates(frontend)),
    }));
    const backends = cluster.backends().map((backend) => ({
      running: backend.running,
      gates: remembered(`be ${backend.host}`, () => backendGates(backend)),
    }));
    await Promise.all([...frontends, ...backends].flatMap((node) => node.gates.map((each) => each.set(node.running))));
    options.onLook();
  };

  function remembered(key: string, build: () => readonly Gate[]): readonly Gate[] {
    const known = gates.get(key) ?? build();
    gates.set(key, known);
    return known;
  }

  function frontendGates({ host, ports }: SimulatedFrontend): readonly Gate[] {
    const onStatement = (): void => void look().catch(() => undefined);
    const mysql = frontendMysqlServer({ cluster, clock, frontendHost: host, onStatement });
    return [
      gate(mysql, host, ports.query),
      gate(frontendHttpServer({ cluster, clock, host }), host, ports.http),
      gate(silentServer(), host, ports.editLog),
    ];
  }

  function backendGates({ host, ports }: SimulatedBackend): readonly Gate[] {
    return [
      gate(backendHttpServer({ cluster, clock, host }), host, ports.http),
      gate(silentServer(), host, ports.heartbeat),
    ];
  }

  const poll = (): void => {
    timer = setTimeout(() => {
      look()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) poll();
        });
    }, POLL_MS);
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await Promise.all([...gates.values()].flat().map((each) => each.set(false)));
  };

  try {
    await look();
  } catch (error) {
    await stop();
    throw error;
  }
  poll();
  return { refresh: look, stop };
}
