import type { EpochMs } from './instant.ts';
import type { NodeAddress } from './node.ts';

export type DeployMode = 'coupled' | 'decoupled';

/** One row of SHOW FRONTENDS. Texts that are printed times of the FE are kept as text: they are never compared with our clock. */
export interface Frontend {
  readonly name: string;
  readonly host: string;
  readonly address: NodeAddress;
  readonly editLogPort: number;
  readonly httpPort: number;
  /** 0 while the FE was never alive. */
  readonly queryPort: number;
  readonly rpcPort: number;
  readonly role: 'FOLLOWER' | 'OBSERVER';
  readonly isMaster: boolean;
  readonly clusterId: string;
  readonly joined: boolean;
  readonly alive: boolean;
  readonly replayedJournalId: number;
  /** As printed; absent in 2.0 and before the first start. Only its change between two reads has a meaning. */
  readonly lastStartTime: string | undefined;
  readonly errorMessage: string;
  readonly version: string | undefined;
}

/** One row of SHOW BACKENDS. */
export interface Backend {
  /** Decimal text: ids have up to 19 digits. */
  readonly id: string;
  readonly host: string;
  readonly address: NodeAddress;
  readonly heartbeatPort: number;
  /** -1 before the first heartbeat. */
  readonly httpPort: number;
  readonly alive: boolean;
  /** SystemDecommissioned: it is leaving. */
  readonly decommissioned: boolean;
  /** Resource tag (`tag.location`), or compute group in decoupled mode. */
  readonly group: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tablets: number;
  readonly dataUsedBytes: number;
  readonly trashUsedBytes: number;
  readonly availableBytes: number;
  /** 0 until the first disk report. */
  readonly totalBytes: number;
  readonly maxDiskUsedRatio: number;
  readonly queryDisabled: boolean;
  readonly loadDisabled: boolean;
  readonly shutdown: boolean;
  /** `mix` holds data, `computation` does not; empty while never alive. */
  readonly nodeRole: string;
  /** From 3.0. */
  readonly cpuCores: number | undefined;
  /** From 3.0. */
  readonly memoryBytes: number | undefined;
  /** RunningTasks (4.x) or currentFragmentNum (3.0); undefined where the version shows neither. */
  readonly runningTasks: number | undefined;
  readonly heartbeatFailures: number;
  readonly lastStartTime: string | undefined;
  readonly errorMessage: string;
  readonly version: string;
}

export interface Topology {
  readonly at: EpochMs;
  readonly clusterId: string;
  readonly mode: DeployMode;
  /** `2.1.7`, `3.0.2`, ... as far as the FE tells; the whole text otherwise. */
  readonly version: string;
  /** Address of the FE that is master with a majority of followers alive and agreeing. */
  readonly master: NodeAddress;
  readonly frontends: readonly Frontend[];
  readonly backends: readonly Backend[];
}
