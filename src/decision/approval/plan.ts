import type { PlannedStep } from '../../domain/decision.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import { groupName } from '../explain/sentences.ts';

/** What a yes is given to: who changes, how much and which nodes. */
export type Plan = Pick<Operation, 'clusterId' | 'kind' | 'role' | 'group' | 'from' | 'to' | 'targets'>;

/**
 * The plan and what the policy says of carrying it out, as one text that is the same for the same plan: its digest is the plan
 * hash. When and whether it may begin is left to the guards, so an edit of windows or cooldown voids no approval.
 */
export function planText(plan: Plan, policy: ClusterPolicy): string {
  const { clusterId, kind, role, group, from, to, targets } = plan;
  const nodes = targets.map(({ node, backendId }) => `${node ?? ''} ${backendId ?? ''}`).toSorted();
  return canonical({ clusterId, kind, role, group, from, to, nodes, conduct: conductOf(plan, policy) });
}

function conductOf({ role, group }: Plan, policy: ClusterPolicy): object {
  const { operations, migration, singleReplica } = policy;
  const { onClose } = policy.windows;
  const own = role === 'backend' ? policy.backends.find((each) => each.group === group) : undefined;
  const provisioner = role === 'backend' ? own?.provisioner : policy.frontend?.provisioner;
  return { operations, migration, singleReplica, onClose, provisioner, disk: own?.disk };
}

/** JSON whose keys are sorted: where they stand in the policy file says nothing. */
function canonical(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Whether a step would do exactly what was asked for. */
export function isSamePlan(plan: Plan, step: PlannedStep): boolean {
  const { kind, group, from, to } = step;
  if (plan.kind !== kind || plan.group !== group || plan.from !== from || plan.to !== to) return false;
  return step.nodes.length === 0 || sameNodes(plan, step.nodes);
}

/** Whether it is growth that goes less far than what was asked for: a yes to more is one to less of it. */
export function isPartOf(plan: Pick<Plan, 'kind' | 'group' | 'from' | 'to'>, asked: Plan): boolean {
  const { kind, group, from, to } = plan;
  return kind === asked.kind && group === asked.group && from === asked.from && from < to && to < asked.to;
}

/** Whether these are the nodes that were asked for. */
export function sameNodes({ targets }: Pick<Plan, 'targets'>, nodes: readonly string[]): boolean {
  return targets.length === nodes.length && targets.every(({ node }) => node !== undefined && nodes.includes(node));
}

/** `be/default 9 -> 8 (10.0.0.29:9050)`. */
export function planLine(plan: Pick<PlannedStep, 'role' | 'group' | 'from' | 'to' | 'nodes'>): string {
  const nodes = plan.nodes.length === 0 ? '' : ` (${plan.nodes.join(', ')})`;
  return `${groupName(plan)} ${String(plan.from)} -> ${String(plan.to)}${nodes}`;
}

/** The nodes that an operation names from the start. */
export function nodesIn({ targets }: Pick<Plan, 'targets'>): readonly string[] {
  return targets.flatMap(({ node }) => (node === undefined ? [] : [node]));
}
