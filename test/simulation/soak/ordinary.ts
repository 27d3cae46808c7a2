import type { GroupPolicy } from '../../../src/domain/group-policy.ts';
import type { ClusterPolicy, OperationsPolicy } from '../../../src/domain/policy.ts';
import { clusterPolicy, CPU, groupPolicy, HOUR, MINUTE, windowsPolicy } from '../../support/decision-input.ts';
import type { LoadShape } from './scenario-load.ts';
import type { Scenario, ScenarioCluster } from './scenario.ts';

export interface Different {
  readonly days?: number;
  readonly cluster?: Partial<ScenarioCluster>;
  readonly load?: Partial<LoadShape>;
  readonly group?: Partial<GroupPolicy>;
  readonly operations?: Partial<OperationsPolicy>;
  readonly policy?: Partial<ClusterPolicy>;
  readonly edits?: Scenario['edits'];
  readonly faults?: Scenario['faults'];
  /** From 01:00 UTC on. */
  readonly windowMinutes?: number;
}

/** Monday noon; six backends, of which a steady load needs three, and a window each night from 01:00 on. */
export function ordinary(different: Different): Scenario {
  const { windowMinutes = 240 } = different;
  const end = 60 + windowMinutes;
  return {
    seed: 1,
    days: different.days ?? 2,
    startAt: '2026-03-02T12:00:00Z',
    intervalMs: 10 * MINUTE,
    busyIntervalMs: 2 * MINUTE,
    cluster: {
      version: '4.0',
      frontends: 3,
      observers: 0,
      backends: 6,
      spareBackends: 4,
      spareFrontends: 2,
      backendBytes: 2 ** 25,
      diskBytes: 2 ** 36,
      speed: 1,
      ...different.cluster,
    },
    load: {
      form: 'steady',
      peak: 1.7,
      seed: 1,
      utcOffsetMs: 0,
      growthPerDay: 0,
      changes: [],
      ...different.load,
    },
    policy: {
      windows: windowsPolicy({
        guardMs: MINUTE,
        allow: [{ form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60, endMinute: end }],
      }),
      operations: { ...clusterPolicy().operations, ...different.operations },
      backends: [
        groupPolicy({
          signals: [{ ...CPU, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } }],
          cooldown: { outMs: 0, inMs: HOUR },
          minHoldMs: 0,
          ...different.group,
        }),
      ],
      ...different.policy,
    },
    edits: different.edits ?? [],
    faults: different.faults ?? [],
  };
}
