import { describe, expect, it } from 'vitest';
import { changedGroups } from '../../../../src/backtest/change/changed-groups.ts';
import type { SchedulePolicy } from '../../../../src/domain/group-policy.ts';
import type { ClusterPolicy, Policy } from '../../../../src/domain/policy.ts';
import { clusterPolicy, CPU, DAY, groupPolicy, HOUR, windowsPolicy } from '../../../support/decision-input.ts';
import { policyWith, read } from '../../config/read.ts';

const MONTH_END: SchedulePolicy = {
  name: 'month-end',
  when: { form: 'cron', cron: '0 0 25 * *', durationMs: 8 * DAY },
  min: 9,
  max: undefined,
};
const loaded = read(policyWith());
function policy(...clusters: readonly ClusterPolicy[]): Policy {
  if (!loaded.ok) throw new Error('a right policy');
  return { ...loaded.policy, clusters };
}
const BEFORE = policy(clusterPolicy());
const names = (after: Policy, before = BEFORE): readonly string[] =>
  changedGroups(before, after).map(({ after: { cluster, group } }) => `${cluster.name}/${group.group}`);

describe('a group is tried on the past', () => {
  it.each([
    ['bounds', { backends: [groupPolicy({ min: 4 })] }],
    ['signals', { backends: [groupPolicy({ signals: [CPU] })] }],
    ['steps', { backends: [groupPolicy({ step: { out: 1, in: 1 } })] }],
    ['schedules', { backends: [groupPolicy({ schedule: [MONTH_END] })] }],
    ['windows', { windows: windowsPolicy({ guardMs: HOUR }) }],
    ['holidays', { windows: windowsPolicy({ holidays: ['2026-03-01'] }) }],
    ['labels', { prometheus: { ...clusterPolicy().prometheus, labels: { cluster: 'other' } } }],
  ] as const)('when its %s changed', (_what, parts) => {
    expect(names(policy(clusterPolicy(parts)))).toEqual(['analytics/default']);
  });

  it.each([
    ['its user', { user: 'other' }],
    ['its provisioner', { backends: [groupPolicy({ provisioner: 'others' })] }],
    ['what a node costs', { backends: [groupPolicy({ cost: { perNodeHour: 1, currency: 'CNY', baselineNodes: 9 } })] }],
    ['what is done when a window closes', { windows: windowsPolicy({ onClose: 'cancel' }) }],
    ['its mode', { mode: 'observe' }],
  ] as const)('not when only %s changed', (_what, parts) => {
    expect(names(policy(clusterPolicy(parts)))).toEqual([]);
  });

  it('not when it is new or gone: there is nothing to compare it with', () => {
    expect(names(policy(clusterPolicy(), clusterPolicy({ name: 'more' })))).toEqual([]);
    expect(names(policy(clusterPolicy({ backends: [groupPolicy(), groupPolicy({ group: 'more' })] })))).toEqual([]);
    expect(names(policy())).toEqual([]);
  });

  it('alone, beside others of its cluster that did not change', () => {
    const more = groupPolicy({ group: 'more' });
    const before = policy(clusterPolicy({ backends: [groupPolicy(), more] }));
    const after = policy(clusterPolicy({ backends: [groupPolicy(), { ...more, max: 30 }] }));
    expect(names(after, before)).toEqual(['analytics/more']);
  });
});
