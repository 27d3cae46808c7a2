import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import { dice } from './scenario-dice.ts';
import { drawLoad } from './scenario-load.ts';
import { drawGroup } from './scenario-policy.ts';
import type { PolicyAround } from './scenario-policy.ts';
import type { ScenarioCluster } from './scenario.ts';

const TAG = 'mart';

/**
 * Backends of a second resource tag in one of six clusters, for most of them with a group of their own in the policy: what the
 * policy does not name is nobody's to touch. Drawn apart, so that the rest of a seed is what it is without them.
 */
export function withTagged(
  seed: number,
  around: PolicyAround,
  policy: Partial<ClusterPolicy>,
): { readonly cluster: ScenarioCluster; readonly policy: Partial<ClusterPolicy> } {
  const { cluster, days, life } = around;
  const roll = dice(seed ^ 0x5f3759df);
  if (!roll.chance(1 / 6)) return { cluster, policy };
  const backends = roll.int(3, 6);
  const { timezone } = around;
  const load = drawLoad(roll, { backends, days, timezone, life });
  const group = drawGroup(roll, { ...around, cluster: { ...cluster, backends } });
  const isNamed = roll.chance(0.7);
  return {
    cluster: { ...cluster, backends: cluster.backends + backends, tagged: { tag: TAG, backends, load } },
    policy: isNamed ? { ...policy, backends: [...(policy.backends ?? []), { ...group, group: TAG }] } : policy,
  };
}
