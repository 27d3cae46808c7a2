import { admit, withoutFirst } from '../../decision/admit.ts';
import { planLine } from '../../decision/approval/plan.ts';
import { ASKED_DESPITE } from '../../decision/approval/standing.ts';
import { decide, wanted } from '../../decision/decide.ts';
import type { DecideInput } from '../../decision/input.ts';
import type { GuardCode } from '../../domain/codes.ts';
import type { Decision, GroupDecision } from '../../domain/decision.ts';
import type { Operation } from '../../domain/operation.ts';

/** What an evaluation goes on with: the change that no guard holds, or in mode approve the one to ask for. */
export interface Course {
  /** Its first step that the last look allows is carried out, or asked for. */
  readonly decision: Decision;
  readonly leftOut: readonly GuardCode[];
  /** Groups that a last look refused, with every guard. */
  readonly refused: readonly GroupDecision[];
}

export function courseOf(input: DecideInput, decision: Decision): Course {
  const { policy, memory } = input;
  if (decision.steps.length > 0 || policy.mode !== 'approve' || memory.proposal !== undefined) {
    return { decision, leftOut: [], refused: [] };
  }
  return { decision: wanted(input), leftOut: ASKED_DESPITE, refused: [] };
}

/** The course after the look with evidence: equal or smaller. */
export function admitted({ decision, leftOut }: Course, input: DecideInput): Decision {
  return admit(decision, { ...input, leftOut });
}

/** The course without its first step, which the last look refused. `seen` is with what that look showed. */
export function goneOn({ decision, leftOut, refused }: Course, by: Decision, seen: DecideInput): Course {
  return {
    decision: withoutFirst(decision, by, { ...seen, leftOut }),
    leftOut,
    refused: [...refused, ...firstOf(decision, admit(decision, seen))],
  };
}

/** The last look may show what the first one did not: what it lets begin is not what was approved. */
export function otherThanApproved({ steps: [step] }: Decision): string | undefined {
  return step === undefined ? undefined : `the last look shows another plan: ${planLine(step)}`;
}

/**
 * What the record shows: every guard of every group, the ones that were left out too, and what people are asked. With nothing left
 * out the course is that already.
 */
export function shown(course: Course, input: DecideInput, asks: Operation | undefined): Decision {
  const proposal =
    asks?.state === 'proposed' && asks.approval !== undefined
      ? { operation: { ...asks, approval: asks.approval }, samePolicy: true }
      : undefined;
  const told = proposal === undefined ? input : { ...input, standing: { proposal, ends: undefined } };
  const admission = admit(course.decision, told);
  if (course.leftOut.length === 0) return admission;
  const looked = [...course.refused, ...firstOf(course.decision, admission)];
  const all = decide(told);
  return { ...all, groups: all.groups.map((group) => looked.find((each) => isSame(each, group)) ?? group) };
}

function firstOf({ steps: [first] }: Decision, { groups }: Decision): readonly GroupDecision[] {
  return first === undefined ? [] : groups.filter((group) => isSame(group, first));
}

function isSame(a: Pick<GroupDecision, 'role' | 'group'>, b: Pick<GroupDecision, 'role' | 'group'>): boolean {
  return a.role === b.role && a.group === b.group;
}
