import type { ClusterOptions } from '../../../../src/simulator/cluster.ts';
import type { Fault } from '../../../../src/simulator/faults/fault.ts';
import { inject } from '../../../../src/simulator/faults/inject.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { addBackend, setConfig, setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { createState } from '../../../../src/simulator/model/create-state.ts';
import {
  masterOf,
  type RegisteredBackend,
  registeredBackends,
  registeredFrontends,
} from '../../../../src/simulator/model/queries.ts';
import type { ClusterState, FrontendState } from '../../../../src/simulator/model/state.ts';
import type { TabletState } from '../../../../src/simulator/model/tablets/state.ts';
import { replicasWanted } from '../../../../src/simulator/model/tablets/tablet-health.ts';

export const START_MS = Date.UTC(2026, 10, 23, 1, 0, 0);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Three FEs and four BEs with the recorded tables, in real time. */
export function cluster(options: Partial<ClusterOptions> = {}): ClusterState {
  return createState({
    version: '4.0',
    seed: 7,
    speed: 1,
    startAtMs: START_MS,
    frontends: 3,
    backends: 4,
    spareBackends: 1,
    spareBackendsRunning: true,
    dataset: 'recorded',
    load: () => 1,
    ...options,
  });
}

export function wait(state: ClusterState, durationMs: number): void {
  advance(state, state.nowMs + durationMs);
}

/** Lets time pass, second by second, until something is so; says after how long. Fails after the deadline. */
export function waitUntil(state: ClusterState, what: string, isSo: () => boolean, deadlineMs = 2 * HOUR): number {
  const startMs = state.nowMs;
  while (!isSo()) {
    if (state.nowMs - startMs >= deadlineMs)
      throw new Error(`after ${String(deadlineMs / SECOND)} s still not: ${what}`);
    wait(state, SECOND);
  }
  return state.nowMs - startMs;
}

export function backend(state: ClusterState, index: number): RegisteredBackend {
  const found = registeredBackends(state).at(index);
  if (found === undefined) throw new Error(`there is no backend ${String(index)}`);
  return found;
}

export function frontend(state: ClusterState, index: number): FrontendState {
  const found = registeredFrontends(state).at(index);
  if (found === undefined) throw new Error(`there is no frontend ${String(index)}`);
  return found;
}

export function master(state: ClusterState): FrontendState {
  const found = masterOf(state);
  if (found === undefined) throw new Error('there is no master');
  return found;
}

export function decommission(state: ClusterState, ...indexes: readonly number[]): readonly RegisteredBackend[] {
  const leaving = indexes.map((index) => backend(state, index));
  for (const each of leaving) setDecommissioned(state, each, true);
  return leaving;
}

/** Registers the first host whose process runs and that is no member; false when there is none. */
export function addSpare(state: ClusterState): boolean {
  const spare = state.backends.find(({ row, process, isKnown }) => row === undefined && process === 'up' && isKnown);
  if (spare === undefined) return false;
  addBackend(state, { host: spare.host, heartbeatPort: spare.ports.heartbeat, tags: { location: 'default' } });
  return true;
}

export function configure(state: ClusterState, key: string, value: string): void {
  setConfig(state, { frontendHost: master(state).host, key, value, everywhere: false });
}

export function fault(state: ClusterState, what: Fault): void {
  inject(state, what);
}

export function* tablets(state: ClusterState): Generator<{ readonly tablet: TabletState; readonly wanted: number }> {
  for (const { tablet, partition } of state.index.places.values()) yield { tablet, wanted: replicasWanted(partition) };
}

/** Replicas that hold the tablet's data, those on their way out included. */
export function complete({ replicas }: TabletState): number {
  return replicas.filter((replica) => replica.state !== 'CLONE').length;
}

/** What a cluster looks like to everybody who asks, as plain data. */
export function snapshot(state: ClusterState): unknown {
  const { options: _, profile: __, random: ___, index, faults, load: ____, frontends, ...rest } = state;
  return {
    ...rest,
    frontends: frontends.map(({ ownCluster: _own, ...each }) => ({ ...each, configs: [...each.configs] })),
    scheduler: {
      ...state.scheduler,
      tasks: [...state.scheduler.tasks.keys()].toSorted(),
      slots: [...state.scheduler.slots].filter(([, { repair, balance }]) => repair + balance > 0).toSorted(),
      suspects: [...state.scheduler.suspects].toSorted(),
    },
    held: [...index.backends].map(([id, { replicas, bytesByDisk, recycled }]) => ({
      id,
      tablets: [...replicas.keys()].toSorted(),
      bytesByDisk,
      recycled,
    })),
    faults: Object.fromEntries(
      Object.entries(faults).map(([key, value]) => [
        key,
        value instanceof Set || value instanceof Map ? [...value] : value,
      ]),
    ),
  };
}
