import type { GroupPolicy } from './group-policy.ts';
import type { WindowsPolicy } from './window.ts';

/** A secret: its value was resolved from {env} or {file} when the file was read; never printed. */
export interface Secret {
  readonly reveal: () => string;
  /** `env DORIS_PASSWORD` or `file /run/secrets/x`, for messages. */
  readonly source: string;
}

export type Mode = 'observe' | 'approve' | 'act';

export interface Policy {
  /** First 6+ hex digits of the SHA-256 of the file(s). */
  readonly revision: string;
  readonly store: StorePolicy;
  readonly server: ServerPolicy;
  readonly intervalMs: number;
  readonly notifications: readonly NotificationPolicy[];
  readonly provisioners: Readonly<Record<string, ProvisionerPolicy>>;
  readonly clusters: readonly ClusterPolicy[];
}

export interface StorePolicy {
  readonly kind: 'sqlite';
  /** Absolute, or relative to the working directory. */
  readonly path: string;
}

export interface ServerPolicy {
  readonly host: string;
  readonly port: number;
  readonly token: Secret | undefined;
  /** Token of changing calls; undefined = `token` serves both. */
  readonly changeToken: Secret | undefined;
}

export interface NotificationPolicy {
  readonly type: string;
  readonly events: readonly string[];
}

export type ProvisionerPolicy =
  | { readonly name: string; readonly type: 'static'; readonly hosts: readonly string[] }
  | {
      readonly name: string;
      readonly type: 'exec';
      readonly command: readonly [string, ...string[]];
      readonly timeoutMs: number;
      readonly hosts: readonly string[];
    };

export interface PrometheusPolicy {
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly maxAgeMs: number;
  readonly recoveryMs: number;
  readonly instanceLabel: string;
  /** Value of the instance label -> `host:httpPort` of a backend or frontend. */
  readonly instanceMap: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly auth: { readonly bearer: Secret } | { readonly user: string; readonly password: Secret } | undefined;
  /** PEM file. */
  readonly caFile: string | undefined;
}

/** What is done about a drain that stands still; `ask` becomes cancel at the deadline. */
export type OnStall = 'wait' | 'throttle' | 'cancel' | 'ask';

export interface OperationsPolicy {
  readonly stallAfterMs: number;
  readonly onStall: OnStall;
  readonly deadlineMs: number;
  readonly drainQueriesMs: number;
  /** Factor on every estimate, 1.5. */
  readonly safety: number;
  readonly undoMs: number;
}

export type SpeedKey =
  | 'schedule_slot_num_per_hdd_path'
  | 'schedule_slot_num_per_ssd_path'
  | 'balance_slot_num_per_path';
export type SpeedProfile = Readonly<Partial<Record<SpeedKey, number>>>;

export interface MigrationPolicy {
  /** Undefined = untouched. */
  readonly inWindow: SpeedProfile | undefined;
  readonly outside: SpeedProfile | undefined;
  readonly assumedRateBytesPerSecond: number;
}

export interface FrontendPolicy {
  readonly backendsPerFrontend: { readonly min: number; readonly max: number };
  readonly followers: 1 | 3 | 5;
  readonly observers: { readonly min: number; readonly max: number; readonly managed: readonly string[] };
  readonly provisioner: string | undefined;
}

export interface ClusterPolicy {
  readonly name: string;
  readonly mode: Mode;
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: Secret | undefined;
  /** Given, or learnt at first contact. */
  readonly clusterId: string | undefined;
  readonly allowUnmanagedPods: boolean;
  /** Hosts whose nodes are never removed. */
  readonly protect: readonly string[];
  readonly singleReplica: 'move' | 'refuse';
  readonly prometheus: PrometheusPolicy;
  readonly windows: WindowsPolicy;
  readonly operations: OperationsPolicy;
  readonly migration: MigrationPolicy;
  readonly backends: readonly GroupPolicy[];
  /** Undefined: frontends are never touched. */
  readonly frontend: FrontendPolicy | undefined;
}
