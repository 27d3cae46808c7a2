import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';

export const T0 = Date.parse('2026-11-24T02:10:00Z');

export function operation(parts: Partial<Operation> = {}): Operation {
  return {
    id: '01JD0000000000000000000001',
    cluster: 'analytics',
    clusterId: '1234567',
    kind: 'remove-backend',
    role: 'backend',
    group: 'default',
    state: 'pending',
    from: 9,
    to: 8,
    targets: [{ node: '10.0.0.29:9050', backendId: '10009', bytes: 412 * 2 ** 30, tablets: 3_104 }],
    because: 'be_cpu peaks Mon 10:35',
    recordId: '01JD0000000000000000000000',
    createdAt: T0,
    startedAt: undefined,
    endedAt: undefined,
    deadlineMs: 3 * 86_400_000,
    waitedForWindowMs: 0,
    steps: [],
    progress: undefined,
    reason: '',
    cancelRequested: undefined,
    ...parts,
  };
}

export function step(key: string, parts: Partial<StepRecord> = {}): StepRecord {
  return {
    key,
    state: 'intent',
    attempts: 1,
    startedAt: T0,
    endedAt: undefined,
    detail: '',
    data: { found: 4, nested: { list: ['a', null, true] } },
    ...parts,
  };
}

export function record(id: string, at: number, parts: Partial<DecisionRecord> = {}): DecisionRecord {
  const unknown = { known: false, reason: 'not asked' } as const;
  return {
    id,
    at,
    cluster: 'analytics',
    mode: 'act',
    policyRevision: '4f2c91',
    durationMs: 12,
    observation: {
      at,
      topology: unknown,
      signals: [],
      idle: [],
      emergency: unknown,
      hosts: {},
      tabletsInMigration: unknown,
      evidence: undefined,
      leader: true,
      clockJumped: false,
      storeWritable: true,
    },
    groups: [],
    steps: [],
    calendar: [],
    operationId: undefined,
    ...parts,
  };
}
