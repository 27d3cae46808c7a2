import type { FaultState } from './state.ts';

/** A healthy cluster. */
export function noFaults(): FaultState {
  return {
    laggingFrontends: new Set(),
    showFrontendsDelayMs: 0,
    cloneError: undefined,
    partitionedHosts: new Set(),
    deadHosts: new Set(),
    helperLost: false,
    clockSkewMs: new Map(),
    fillings: new Map(),
    backendFloodRatio: undefined,
    cloneBytesPerSecond: undefined,
    untaggedTables: new Set(),
    before: { allocations: new Map(), media: new Map(), bytes: new Map() },
    colocateStuck: false,
    queuedTablets: 0,
    queuedSinceMs: 0,
    starvedEveryMs: 0,
    stuckTasks: 0,
    reportedData: new Map(),
    loadRace: false,
    computeNodes: new Set(),
    replies: [],
    hostScripts: [],
    runningQueries: new Map(),
    unfinishedWals: new Map(),
  };
}
