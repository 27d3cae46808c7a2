import type { SimulatedCluster } from '../cluster.ts';

/** What `simulate` prints as its first line. Stable; more fields may follow. */
export interface SimulatorDescription {
  readonly frontends: readonly {
    readonly host: string;
    readonly mysqlPort: number;
    readonly httpPort: number;
    readonly role: string;
  }[];
  readonly backends: readonly { readonly host: string; readonly heartbeatPort: number; readonly httpPort: number }[];
  /** URL of the API that answers the preset queries. */
  readonly prometheus: string;
  /** Path of a file_sd file for a real Prometheus. */
  readonly scrapeTargets: string;
  readonly hosts: {
    /** URL of the machine room: start, stop, reset, kill, statements. */
    readonly control: string;
    /** Spare `host:heartbeatPort`. */
    readonly backends: readonly string[];
    /** Spare `host:editLogPort`. */
    readonly frontends: readonly string[];
  };
}

export function describeSimulator(
  cluster: SimulatedCluster,
  urls: Pick<SimulatorDescription, 'prometheus' | 'scrapeTargets'> & { readonly control: string },
): SimulatorDescription {
  const frontends = cluster.frontends();
  const backends = cluster.backends();
  return {
    frontends: frontends
      .filter(({ registered }) => registered)
      .map(({ host, ports, role }) => ({ host, mysqlPort: ports.query, httpPort: ports.http, role })),
    backends: backends
      .filter(({ registered }) => registered)
      .map(({ host, ports }) => ({ host, heartbeatPort: ports.heartbeat, httpPort: ports.http })),
    prometheus: urls.prometheus,
    scrapeTargets: urls.scrapeTargets,
    hosts: {
      control: urls.control,
      backends: backends
        .filter(({ registered }) => !registered)
        .map(({ host, ports }) => `${host}:${String(ports.heartbeat)}`),
      frontends: frontends
        .filter(({ registered }) => !registered)
        .map(({ host, ports }) => `${host}:${String(ports.editLog)}`),
    },
  };
}
