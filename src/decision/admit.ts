import type { Decision, GroupDecision } from '../domain/decision.ts';
import type { RemovalEvidence } from '../domain/evidence.ts';
import type { EpochMs } from '../domain/instant.ts';
import { decideAgain, stepsOf } from './decide.ts';
import type { DecideInput } from './input.ts';
import { unreadEvidence, unreadWalk } from './unread-evidence.ts';

/**
 * The same pure guards again, right before acting, with a fresh look and with what was read of replicas and disks: the result
 * is equal or smaller. Evidence belongs to the first step, the only one that is carried out now. While its tablets were not
 * walked yet (`walk` undefined) the result says only whether the walk is worth its cost.
 */
export function admit(decision: Decision, input: DecideInput): Decision {
  const first = decision.steps[0];
  if (first === undefined) return decision;
  const isFirst = (group: GroupDecision): boolean => group.role === first.role && group.group === first.group;
  const evidence = input.observation.evidence ?? (first.kind === 'remove-backend' ? nothingRead(input.at) : undefined);
  const again = decideAgain(
    input,
    (group) =>
      isFirst(group)
        ? { decision: group, evidence: first.kind === 'remove-backend' ? evidence : undefined }
        : 'as-it-was',
    decision,
  );
  const groups = decision.groups.map((before) => {
    const after = again.find((group) => group.role === before.role && group.group === before.group);
    return after === undefined ? before : smaller(before, after);
  });
  const admitted = groups.find(isFirst);
  const acts = admitted?.action === decision.groups.find(isFirst)?.action;
  if (admitted?.desired === undefined || !acts) return { ...decision, groups, steps: [] };
  const to = admitted.desired;
  const from = admitted.current ?? first.from;
  const nodes = first.nodes.slice(0, Math.abs(to - from));
  const step = {
    ...first,
    from,
    to,
    nodes:
      first.nodes.length === 0 ? first.nodes : admitted.victims.map((victim) => victim.node).slice(0, nodes.length),
  };
  return { ...decision, groups, steps: [step, ...decision.steps.slice(1)] };
}

/**
 * What is left of a decision when its first step was refused: the steps behind it, with that group held as admission says, and the
 * frontends that this leaves. Nothing comes after growth that was refused: removals are planned for what has grown.
 */
export function withoutFirst(decision: Decision, refused: Decision, input: DecideInput): Decision {
  const [first, ...others] = decision.steps;
  if (first === undefined || first.to > first.from) return { ...refused, steps: [] };
  const steps = stepsOf(input, refused.groups).filter((step) =>
    others.some(({ role, group }) => role === step.role && group === step.group),
  );
  return { ...refused, steps };
}

function nothingRead(at: EpochMs): RemovalEvidence {
  const reason = 'nothing was read for this removal';
  return { ...unreadEvidence(at, reason), walk: unreadWalk(at, reason) };
}

/** Nothing begins at admission, and nothing turns round. */
function smaller(before: GroupDecision, after: GroupDecision): GroupDecision {
  if (before.action === after.action || after.action === 'hold') return after;
  return { ...after, action: 'hold', desired: after.current };
}
