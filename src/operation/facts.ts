import type { RemovalEvidence } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import type { NodeAddress } from '../domain/node.ts';
import type { BackendActivity, MasterView, MigrationView } from '../domain/ports/cluster-reader.ts';
import type { StallEvidence, TableLeft } from '../domain/stall.ts';
import type { Topology } from '../domain/topology.ts';

/** The window as it is at the instant of the facts. */
export interface WindowFact {
  readonly open: boolean;
  /** End of the open window; undefined while none is open. */
  readonly endMs: EpochMs | undefined;
  /** endMs less windows.guard: nothing that needs the window to its end begins after it. */
  readonly usableUntilMs: EpochMs | undefined;
  /** Undefined while a window is open. */
  readonly nextOpenAt: EpochMs | undefined;
}

/** The evaluations that go on beside a drain want the node back. */
export interface NeedAgain {
  readonly reason: string;
}

/** A fact that costs something and is read only while a step asks for it; `everyMs`: the answer is good for so long. */
export type Look =
  | { readonly fact: 'configs'; readonly keys: readonly string[] }
  | { readonly fact: 'activity'; readonly node: NodeAddress; readonly sinceSeconds: number }
  | { readonly fact: 'residual'; readonly node: NodeAddress; readonly everyMs: number }
  | { readonly fact: 'tables'; readonly node: NodeAddress; readonly everyMs: number }
  | { readonly fact: 'stall'; readonly group: string; readonly everyMs: number }
  | { readonly fact: 'cancelledLoads' }
  | { readonly fact: 'migration' }
  | { readonly fact: 'evidence'; readonly group: string; readonly victims: readonly NodeAddress[] }
  | { readonly fact: 'port'; readonly host: string; readonly port: number }
  | { readonly fact: 'queries'; readonly frontend: NodeAddress }
  | { readonly fact: 'masters' }
  | { readonly fact: 'pausedLoads' };

/** What next() may rest on. A fact that was not asked for, or could not be read, is unknown and never healthy. */
export interface Facts {
  readonly topology: Known<Topology>;
  /** The look before, by this process: "gone" and "drained" need two. */
  readonly earlier: Topology | undefined;
  readonly window: WindowFact;
  readonly needAgain: NeedAgain | undefined;
  /** Undefined: hosts are started and stopped by people. `keepsRunning`: its processes stay up by themselves. */
  readonly provisioner: { readonly name: string; readonly keepsRunning: boolean } | undefined;
  readonly configs: Known<Readonly<Record<string, string>>>;
  readonly activity: Known<BackendActivity>;
  /** Tablets that never move because they belong to the recycle bin or to nothing. */
  readonly residual: Known<number>;
  /** Tables that still have replicas on it, most first. */
  readonly tables: Known<readonly TableLeft[]>;
  /** What the FE shows of a drain that stands still. */
  readonly stall: Known<StallEvidence>;
  /** Load jobs that were cancelled; only its growth has a meaning. */
  readonly cancelledLoads: Known<number>;
  readonly migration: Known<MigrationView>;
  readonly evidence: Known<RemovalEvidence>;
  readonly queries: Known<number>;
  /** Of every alive FE, asked one by one. */
  readonly masters: Known<readonly MasterView[]>;
  readonly pausedLoads: Known<number>;
  /** By `host:port`; a port that was not probed is absent. */
  readonly portsOpen: Readonly<Record<string, boolean>>;
}
