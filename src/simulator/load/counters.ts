/** Integrals of the load up to `atMs`: what counters of /metrics print. They never fall but by a restart of their process. */
export interface LoadCounters {
  /** Undefined: from the start of the model. */
  atMs: number | undefined;
  readonly backends: Map<string, BackendCounters>;
  readonly frontends: Map<string, FrontendCounters>;
}

export interface BackendCounters {
  /** Of its process, which all but the CPU counts from. */
  startedAtMs: number | undefined;
  /** Of the whole machine, since the start of the model: seconds times the share of its cores that worked, and that did not. */
  busySeconds: number;
  idleSeconds: number;
  servedSeconds: number;
  /** Copies that it sent or received, times seconds. */
  cloneSeconds: number;
}

export interface FrontendCounters {
  startedAtMs: number | undefined;
  queries: number;
  latencyMs: number;
  /** Loads are a share of the queries: these of them came while loads were refused, and failed. */
  queriesWhileRejecting: number;
  queriesWhileFailing: number;
}

export function emptyCounters(): LoadCounters {
  return { atMs: undefined, backends: new Map(), frontends: new Map() };
}
