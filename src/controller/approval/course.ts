import { admit, withoutFirst } from '../../decision/admit.ts';
import { planLine } from '../../decision/approval/plan.ts';
import { ASKED_DESPITE } from '../../decision/approval/standing.ts';
import { wanted } from '../../decision/decide.ts';
import type { DecideInput } from '../../decision/input.ts';
import type { GuardCode } from '../../domain/codes.ts';
import type { Decision } from '../../domain/decision.ts';
import type { Operation } from '../../domain/operation.ts';

/** What an evaluation goes on with: the change that no guard holds, or in mode approve the one to ask for. */
export interface Course {
  /** Its first step that the last look allows is carried out, or asked for. */
  readonly decision: Decision;
  readonly leftOut: readonly GuardCode[];
}

export function courseOf(input: DecideInput, decision: Decision): Course {
  const { policy, memory } = input;
  if (decision.steps.length > 0 || policy.mode !== 'approve' || memory.proposal !== undefined) {
    return { decision, leftOut: [] };
  }
  return { decision: wanted(input), leftOut: ASKED_DESPITE };
}

/** The course after the look with evidence: equal or smaller. */
export function admitted({ decision, leftOut }: Course, input: DecideInput): Decision {
  return admit(decision, { ...input, leftOut });
}

/** The course without its first step, which the last look refused. */
export function goneOn({ decision, leftOut }: Course, refused: Decision, input: DecideInput): Course {
  return { decision: withoutFirst(decision, refused, { ...input, leftOut }), leftOut };
}

/** The last look may show what the first one did not: what it lets begin is not what was approved. */
export function otherThanApproved({ steps: [step] }: Decision): string | undefined {
  return step === undefined ? undefined : `the last look shows another plan: ${planLine(step)}`;
}

/** What the record shows: every guard, the ones that were left out too, and what people are asked. */
export function shown(course: Course, input: DecideInput, asks: Operation | undefined): Decision {
  const proposal =
    asks?.state === 'proposed' && asks.approval !== undefined
      ? { operation: { ...asks, approval: asks.approval }, samePolicy: true }
      : undefined;
  return admit(course.decision, proposal === undefined ? input : { ...input, standing: { proposal, ends: undefined } });
}
