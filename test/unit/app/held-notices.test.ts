import { describe, expect, it } from 'vitest';
import { heldNotices } from '../../../src/app/daemon/held-notices.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { PolicyChange } from '../../../src/domain/policy-change.ts';
import { clusterPolicy, NOW } from '../../support/decision-input.ts';
import { worse } from '../../support/policy-change.ts';
import { policyWith, read } from '../config/read.ts';

const loaded = read(policyWith());
function policy(): Policy {
  if (!loaded.ok) throw new Error('a right policy');
  return { ...loaded.policy, clusters: ['analytics', 'reports', 'tests'].map((name) => clusterPolicy({ name })) };
}
const change: PolicyChange = {
  previous: 'aaaaaaaaaaaa',
  revision: 'bbbbbbbbbbbb',
  at: NOW,
  result: 'held',
  reasons: ['analytics be/default: twice the node-hours', 'reports be/default: twice the node-hours'],
  groups: [worse(), worse({ cluster: 'reports' }), worse({ cluster: 'tests', mode: 'observe' })],
};

describe('a policy that waits for a yes', () => {
  it('is told of each cluster that it would make worse, with its own reasons and what to type', () => {
    const notices = heldNotices(change, policy(), NOW);
    expect(notices.map(({ cluster, event }) => [cluster, event])).toEqual([
      ['analytics', 'approval-needed'],
      ['reports', 'approval-needed'],
    ]);
    expect(notices[0]).toMatchObject({
      title: 'the changed policy bbbbbbbbbbbb waits for a yes; aaaaaaaaaaaa stays in force',
      lines: [
        'analytics be/default: twice the node-hours',
        'yes     doris-autoscaler approve bbbbbbbbbbbb',
        'no      put the file back as it was',
      ],
    });
  });

  it('because it could not be replayed is told of every cluster', () => {
    const reasons = ['it could not be replayed: the disk is gone'];
    const notices = heldNotices({ ...change, reasons, groups: [] }, policy(), NOW);
    expect(notices.map(({ cluster }) => cluster)).toEqual(['analytics', 'reports', 'tests']);
    expect(notices[2]?.lines[0]).toBe(reasons[0]);
  });
});
