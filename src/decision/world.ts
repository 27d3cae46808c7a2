import type { EpochMs } from '../domain/instant.ts';
import type { GroupMemory } from '../domain/memory.ts';
import type { GroupKey } from '../domain/node.ts';
import type { Backend, Topology } from '../domain/topology.ts';
import type { EffectiveWindow } from '../domain/window.ts';
import type { DecideInput } from './input.ts';
import { nextWindow, windowAt } from './windows/effective.ts';

/** The input with what every part asks of it, looked up once. */
export interface World extends DecideInput {
  /** Undefined when it is unknown or shows another cluster. */
  readonly topology: Topology | undefined;
  /** Why there is no topology; empty when there is one. */
  readonly topologyProblem: string;
  readonly window: EffectiveWindow | undefined;
  /** The first one that starts after now. */
  readonly nextWindow: EffectiveWindow | undefined;
  readonly emergency: boolean;
  /** Hosts of each provisioner that backend groups take which grow before the one that is decided. */
  readonly hostsTaken?: ReadonlyMap<string, number>;
}

export function worldOf(input: DecideInput): World {
  const { observation, policy, at } = input;
  const topologyProblem = problemOf(input);
  return {
    ...input,
    topology: observation.topology.known && topologyProblem === '' ? observation.topology.value : undefined,
    topologyProblem,
    window: windowAt(policy.windows, at),
    nextWindow: nextWindow(policy.windows, at),
    emergency: policy.windows.emergency !== undefined && observation.emergency.known && observation.emergency.value,
  };
}

function problemOf({ observation, policy, memory }: DecideInput): string {
  const { topology } = observation;
  if (!topology.known) return topology.reason;
  const expected = policy.clusterId ?? memory.clusterId;
  if (expected !== undefined && expected !== topology.value.clusterId) {
    return `the endpoints show cluster ${topology.value.clusterId}, this policy is bound to cluster ${expected}`;
  }
  return '';
}

/** Load is known up to the look: a decision for a later instant takes the load of today. */
export function seenAt({ at, observation }: DecideInput): EpochMs {
  return Math.min(at, observation.at);
}

/** Registered backends of a group that are not leaving, dead ones included. */
export function stayingBackends(topology: Topology, group: string): readonly Backend[] {
  const stays = (backend: Backend): boolean => backend.group === group && !backend.decommissioned;
  const { backends } = topology;
  // Nearly always all of them do: a thousand are not copied then.
  return backends.every(stays) ? backends : backends.filter(stays);
}

export function memoryOf(input: DecideInput, key: GroupKey): GroupMemory {
  return input.memory.groups.find((group) => group.role === key.role && group.group === key.group) ?? noMemory(key);
}

/** Of a group of which nothing is remembered yet. */
export function noMemory({ role, group }: GroupKey): GroupMemory {
  return {
    role,
    group,
    lastOutEndedAt: undefined,
    lastInEndedAt: undefined,
    failedRemovals: 0,
    lastFailedRemovalAt: undefined,
    failedAdditions: 0,
    lastFailedAdditionAt: undefined,
    skip: [],
    restsUntil: undefined,
    recentNeeds: [],
    rollingHoldSince: undefined,
    baselineNodes: undefined,
    referenceCores: undefined,
    addDurationMs: undefined,
    removeDurationMs: undefined,
  };
}
