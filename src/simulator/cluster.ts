import type { Fault } from './faults/fault.ts';
import type { ModelObserver } from './model/events.ts';
import type { HostScriptTrouble } from './model/trouble.ts';

export type DorisVersion = '2.1' | '3.0' | '4.0';

/** `type` is the MySQL column type number, as recorded from real FEs. */
export interface SqlColumn {
  readonly name: string;
  readonly type: number;
}

export type SqlAnswer =
  | {
      readonly kind: 'rows';
      readonly columns: readonly SqlColumn[];
      readonly rows: readonly (readonly (string | null)[])[];
    }
  /** affected rows 0, no text, status 0 */
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly errno: number; readonly sqlState: string; readonly message: string }
  /** The answer comes later: no write majority, a slow SHOW FRONTENDS. Polled by the wire. */
  | { readonly kind: 'pending'; readonly poll: (atMs: number) => SqlAnswer | undefined }
  /** The connection is lost without an error packet. */
  | { readonly kind: 'close' };

export interface SqlSession {
  readonly frontendHost: string;
  readonly user: string;
  readonly clientHost: string;
  readonly connectionId: number;
  readonly connectedAtMs: number;
  readonly variables: Map<string, string>;
  database: string | undefined;
}

export interface SimulatedFrontend {
  readonly host: string;
  readonly ports: {
    readonly query: number;
    readonly http: number;
    readonly rpc: number;
    readonly editLog: number;
  };
  readonly role: 'FOLLOWER' | 'OBSERVER';
  readonly running: boolean;
  readonly registered: boolean;
  readonly isMaster: boolean;
  /** What its log says of why it ended by itself. */
  readonly lastWords: string | undefined;
}

export interface SimulatedBackend {
  readonly host: string;
  readonly ports: {
    readonly heartbeat: number;
    readonly be: number;
    readonly http: number;
    readonly brpc: number;
    readonly arrow: number;
  };
  readonly running: boolean;
  readonly registered: boolean;
}

export type SimulatedSeries =
  | 'be_cpu_ratio'
  | 'be_disk_used_bytes'
  | 'be_disk_total_bytes'
  | 'be_disk_ratio'
  | 'be_memory_bytes'
  | 'be_compaction_score'
  | 'fe_qps'
  | 'fe_heap_ratio'
  | 'fe_connections'
  | 'fe_query_p99_ms';

export interface StatementRecord {
  /** Counts from 1. */
  readonly sequence: number;
  readonly atMs: number;
  readonly frontendHost: string;
  readonly user: string;
  readonly text: string;
  readonly outcome: SqlAnswer['kind'];
}

/** Everything that the wire asks of the model. Each call first advances the model to its instant. */
export interface SimulatedCluster {
  readonly version: DorisVersion;
  /** Idempotent; never goes back. */
  advanceTo(atMs: number): void;
  /** All hosts that may run an FE, stopped and unregistered ones included. */
  frontends(): readonly SimulatedFrontend[];
  backends(): readonly SimulatedBackend[];
  /** Over loopback root and admin enter with any password. */
  authenticate(
    frontendHost: string,
    user: string,
    passwordMatches: (password: string) => boolean,
    atMs: number,
  ):
    | { readonly ok: true }
    | { readonly ok: false; readonly errno: number; readonly sqlState: string; readonly message: string };
  /** 2.1: a login with connection attributes is cut off. */
  closesLoginWithConnectAttrs(): boolean;
  openSession(frontendHost: string, user: string, clientHost: string, connectionId: number, atMs: number): SqlSession;
  closeSession(session: SqlSession): void;
  /** One statement, or several split by ';' of which only the last answer goes out. */
  execute(session: SqlSession, text: string, atMs: number): SqlAnswer;
  http(
    frontendHost: string,
    request: {
      readonly method: string;
      readonly path: string;
      readonly query: URLSearchParams;
      readonly authorization: { readonly user: string; readonly password: string } | undefined;
      readonly body: string;
    },
    atMs: number,
  ): SimulatedHttpReply;
  /** Doris's exposition format; undefined = the process is down. */
  frontendMetrics(host: string, atMs: number): string | undefined;
  backendMetrics(host: string, atMs: number): string | undefined;
  backendHttp(host: string, path: string, atMs: number): { readonly status: number; readonly body: string } | undefined;
  /** What start and stop scripts do. They answer at once; the process is up after its start time, divided by speed. */
  startBackend(host: string, atMs: number): void;
  stopBackend(host: string, options: { readonly graceful: boolean }, atMs: number): void;
  /** Moves the storage aside. */
  resetBackend(host: string, atMs: number): void;
  startFrontend(host: string, helper: string | undefined, atMs: number): void;
  stopFrontend(host: string, atMs: number): void;
  /** Moves the meta directory aside. */
  resetFrontend(host: string, atMs: number): void;
  killFrontend(host: string, atMs: number): void;
  killBackend(host: string, atMs: number): void;
  /** Throws FaultError when it names what is not there. */
  inject(fault: Fault, atMs: number): void;
  /** What befalls a host script of the provisioner that is called now: a fault of `host-script` is used up. */
  takeHostScriptTrouble(verb: string, atMs: number): HostScriptTrouble | undefined;
  /** Statements that were executed, those after a sequence number only; the newest `keptStatements` are known. */
  statements(afterSequence?: number): readonly StatementRecord[];
  /** The load of each node at any instant, also before the start; no entry = no such series then. */
  series(
    name: SimulatedSeries,
    atMs: number,
  ): readonly { readonly host: string; readonly httpPort: number; readonly value: number }[];
}

export interface SimulatedHttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer comes later (no write majority), polled by the wire; what stands above means nothing then. */
  readonly later?: (atMs: number) => SimulatedHttpReply | undefined;
}

export interface ClusterOptions {
  readonly version: DorisVersion;
  readonly seed: number;
  /** Multiplies migration, host start and balancing only. */
  readonly speed: number;
  readonly startAtMs: number;
  /** Followers. */
  readonly frontends: number;
  readonly observers?: number;
  readonly backends: number;
  readonly spareBackends?: number;
  readonly spareFrontends?: number;
  /** Spare backends whose process is up already. */
  readonly spareBackendsRunning?: boolean;
  /** By default '127.0.0.'. */
  readonly hostPrefix?: string;
  /** Ports are this plus a fixed offset each; absent: Doris's own. */
  readonly portBase?: number;
  /** Held by each backend, by default at most 20 GiB. */
  readonly backendBytes?: number;
  /** Of each backend, over its two disks; by default 1 TiB. */
  readonly diskBytes?: number;
  /** `recorded`: the small tables of the recordings; by default `scaled`: enough tablets that a drain has a smooth slope. */
  readonly dataset?: 'recorded' | 'scaled';
  /** Demand in backends that would be wholly busy; on those of `tagged` lies none of it. */
  readonly load: (atMs: number) => number;
  /** The last so many of `backends` have another resource tag, with tables and a load of their own. */
  readonly tagged?: {
    readonly tag: string;
    readonly backends: number;
    readonly load: (atMs: number) => number;
  };
  /** How many statements are remembered, by default 100,000. */
  readonly keptStatements?: number;
  /** Told of every change; absent: nothing is told, and nothing costs. */
  readonly observe?: ModelObserver;
}
