import { decide } from '../../src/decision/decide.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { DecisionRecord } from '../../src/domain/record.ts';
import type { ClusterStatus } from '../../src/domain/status.ts';
import { input, NOW } from './decision-input.ts';

/** The record of a decision about an input of decision-input.ts. */
export function decisionRecord(
  options: Parameters<typeof input>[0] = {},
  parts: Partial<DecisionRecord> = {},
): DecisionRecord {
  const given = input(options);
  const { groups, steps, calendar } = decide(given);
  return {
    id: '01M0000000000000000000000A',
    at: given.at,
    cluster: given.policy.name,
    mode: given.policy.mode,
    policyRevision: '4f2c91aa0000',
    durationMs: 12,
    observation: given.observation,
    groups,
    steps,
    calendar,
    operationId: undefined,
    ...parts,
  };
}

export function operation(parts: Partial<Operation> = {}): Operation {
  return {
    id: '01M0000000000000000000000B',
    cluster: 'analytics',
    clusterId: '77',
    role: 'backend',
    group: 'default',
    kind: 'remove-backend',
    state: 'running',
    from: 6,
    to: 5,
    targets: [{ node: '10.0.0.6:9050', backendId: '10005', bytes: 15 * 1024 ** 3, tablets: 1005 }],
    because: 'scale-in: queries',
    recordId: '01M0000000000000000000000A',
    createdAt: NOW,
    startedAt: NOW + 1_000,
    endedAt: undefined,
    deadlineMs: 259_200_000,
    waitedForWindowMs: 0,
    steps: [],
    progress: undefined,
    reason: '',
    cancelRequested: undefined,
    ...parts,
  };
}

export function clusterStatusOf(parts: Partial<ClusterStatus> = {}): ClusterStatus {
  return {
    name: 'analytics',
    mode: 'act',
    forcedObserve: undefined,
    leader: true,
    nodes: [],
    windows: { open: undefined, nextChange: undefined },
    operation: undefined,
    lastDecision: undefined,
    pauses: [],
    notes: [],
    ...parts,
  };
}
