import type { GroupPolicy } from '../../../../src/domain/group-policy.ts';
import type { ClusterPolicy, MigrationPolicy, OperationsPolicy } from '../../../../src/domain/policy.ts';
import type { WindowsPolicy } from '../../../../src/domain/window.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface PolicyOptions {
  readonly windows?: Partial<WindowsPolicy>;
  readonly operations?: Partial<OperationsPolicy>;
  readonly migration?: Partial<MigrationPolicy>;
  readonly mode?: ClusterPolicy['mode'];
  readonly singleReplica?: ClusterPolicy['singleReplica'];
}

/** Every night from 01:00 to 05:00 UTC, with a guard of 10 min. */
export function testPolicy(options: PolicyOptions = {}): ClusterPolicy {
  return {
    name: 'analytics',
    mode: options.mode ?? 'act',
    endpoints: [{ host: 'fe1', port: 9030 }],
    user: 'autoscaler',
    password: undefined,
    clusterId: undefined,
    allowUnmanagedPods: false,
    protect: [],
    singleReplica: options.singleReplica ?? 'move',
    prometheus: {
      url: 'http://127.0.0.1:9090',
      labels: {},
      maxAgeMs: 90_000,
      recoveryMs: 600_000,
      instanceLabel: 'instance',
      instanceMap: {},
      timeoutMs: 10_000,
      auth: undefined,
      caFile: undefined,
    },
    windows: {
      timezone: 'UTC',
      always: false,
      allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, endMinute: 300 }],
      deny: [],
      holidays: [],
      idle: [],
      guardMs: 10 * MINUTE_MS,
      onClose: 'throttle',
      scaleOut: 'window',
      emergency: undefined,
      ...options.windows,
    },
    operations: {
      stallAfterMs: 30 * MINUTE_MS,
      onStall: 'ask',
      deadlineMs: 3 * DAY_MS,
      drainQueriesMs: 15 * MINUTE_MS,
      safety: 1.5,
      undoMs: 2 * MINUTE_MS,
      ...options.operations,
    },
    migration: {
      inWindow: { schedule_slot_num_per_hdd_path: 8, schedule_slot_num_per_ssd_path: 16 },
      outside: { schedule_slot_num_per_hdd_path: 2, schedule_slot_num_per_ssd_path: 4 },
      assumedRateBytesPerSecond: 20 * 1024 * 1024,
      ...options.migration,
    },
    backends: [group],
    frontend: {
      backendsPerFrontend: { min: 10, max: 20 },
      followers: 3,
      observers: { min: 0, max: 6, managed: [] },
      provisioner: 'spares',
    },
  };
}

const group: GroupPolicy = {
  group: 'default',
  min: 3,
  max: 20,
  step: { out: 4, in: 2 },
  provisioner: 'spares',
  signals: [],
  forecast: { seasonsMs: [DAY_MS], historyMs: 28 * DAY_MS, quantile: 0.98, headroomRatio: 0 },
  schedule: [],
  cooldown: { outMs: 0, inMs: 0 },
  minHoldMs: 0,
  stabilize: { outMs: 0, inMs: 0 },
  deadBandRatio: 0.1,
  leadTimeMs: undefined,
  disk: { projectedRatio: 0.75, cancelRatio: 0.82 },
  cost: undefined,
};
