/*
 * What a load does to the nodes. Demand is counted in backends that would be wholly busy; all that nodes show follows from how
 * much of it each serves.
 */

const IDLE_CPU = 0.03;
/** Of a backend's CPU, for each clone that it sends or receives. */
const CLONE_CPU = 0.01;
const MOST_CLONE_CPU = 0.1;
/** Queries per second that keep one backend wholly busy. */
const QUERIES_PER_BUSY_BACKEND = 250;
const QUIET_P99_MS = 80;

/** Queries by the users who ask them. */
export const USER_SHARES: readonly (readonly [user: string, share: number])[] = [
  ['reports', 0.75],
  ['etl', 0.25],
];

/** Demand that each of the serving backends takes: more than a whole one queues up or fails. */
export function servedPerBackend(demand: number, servingBackends: number): number {
  return servingBackends === 0 ? 0 : Math.min(1 - IDLE_CPU, Math.max(0, demand) / servingBackends);
}

/** From 0 to 1, over all cores. */
export function backendCpuRatio(served: number, clones: number): number {
  return Math.min(1, IDLE_CPU + served + Math.min(MOST_CLONE_CPU, clones * CLONE_CPU));
}

export function backendMemoryBytes(served: number, memoryBytes: number): number {
  return Math.round(memoryBytes * (0.12 + 0.55 * served));
}

export function compactionScore(served: number): { readonly base: number; readonly cumulative: number } {
  return { base: Math.round(4 + 12 * served), cumulative: Math.round(8 + 40 * served) };
}

/** What all frontends together answer. */
export function queriesPerSecond(served: number, servingBackends: number): number {
  return QUERIES_PER_BUSY_BACKEND * served * servingBackends;
}

export function frontendConnections(queriesPerSecondHere: number): number {
  return 12 + Math.round(0.4 * queriesPerSecondHere);
}

/** From 0 to 1 of the maximum. */
export function frontendHeapRatio(queriesPerSecondHere: number, isMaster: boolean): number {
  return Math.min(0.95, 0.22 + (isMaster ? 0.04 : 0) + 0.5 * (queriesPerSecondHere / (queriesPerSecondHere + 1000)));
}

/** Milliseconds: level at half load, several seconds when saturated. */
export function queryLatencyMs(served: number): { readonly mean: number; readonly p99: number } {
  const p99 = Math.round(QUIET_P99_MS * (1 + (2 * served ** 4) / (1 - Math.min(served, 0.98))));
  return { mean: p99 / 6, p99 };
}
