import type { GuardCode } from '../../domain/codes.ts';
import type { Decision, GroupDecision, PlannedStep } from '../../domain/decision.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Proposal } from '../../domain/memory.ts';
import type { NodeAddress } from '../../domain/node.ts';
import { needsNoWindow } from '../guards/time/windows.ts';
import type { DecideInput, Standing } from '../input.ts';
import { comesBefore } from '../plan/steps.ts';
import { formatLocal } from '../windows/local-time.ts';
import { worldOf } from '../world.ts';
import type { World } from '../world.ts';
import { isAhead } from './ahead.ts';
import { isPartOf, isSamePlan, nodesIn, planLine } from './plan.ts';

/**
 * What need not pass before people are asked: a plan for the night is asked for by day. Everything else has to, so that a yes
 * is asked only for what would begin.
 */
export const ASKED_DESPITE: readonly GuardCode[] = [
  'awaiting-approval',
  'approval-expired',
  'outside-window',
  'not-idle',
];

/** A need at the edge of a whole node is another one every quarter of an hour: people have so long to answer before it counts. */
const STANDS_MS = 4 * 3_600_000;

/**
 *  asked --yes--> approved --every guard passes, same plan--> begun
 *    |               |
 *    +---------------+--> over: answered no, out of time, or the present decision is another one
 *
 * A guard that holds what was asked for ends nothing: what is unknown for a while is no other situation. `wanted` is the
 * decision with ASKED_DESPITE left out.
 */
export function standingOf(proposal: Proposal, input: DecideInput, wanted: Decision): Standing {
  return { proposal, ends: endOf(proposal, input, wanted) };
}

function endOf({ operation, samePolicy }: Proposal, input: DecideInput, wanted: Decision): string | undefined {
  const { policy, at, observation } = input;
  const { cancelRequested, approval } = operation;
  if (cancelRequested !== undefined) return `rejected by ${cancelRequested.by}: ${cancelRequested.reason}`;
  if (policy.mode !== 'approve') {
    return input.forcedObserve === undefined ? `mode: ${policy.mode} asks nobody` : undefined;
  }
  if (observation.clockJumped) return undefined;
  // Its end is as far ahead as the clock was: an answer would count for longer than 7 days.
  if (isAhead(operation.createdAt, at)) return 'it was asked for by a clock that was ahead';
  if (at >= approval.expiresAt) {
    const what = approval.given === undefined ? 'nobody answered' : 'it was approved, but guards held it';
    return `${what} until ${formatLocal(approval.expiresAt, policy.windows.timezone, at)}`;
  }
  if (!samePolicy) return 'the policy says now that it is carried out in another way';
  const group = wanted.groups.find((each) => each.role === operation.role && each.group === operation.group);
  if (group === undefined) return 'the policy has this group no more';
  return (
    replaced(operation, input) ??
    otherSituation(operation, group, wanted, input) ??
    moreUrgent(operation, group, wanted, input.at)
  );
}

/** The same address with another id is another backend. */
function replaced({ targets }: Proposal['operation'], { observation }: DecideInput): string | undefined {
  if (!observation.topology.known) return undefined;
  const { backends } = observation.topology.value;
  const other = targets.find(({ node, backendId }) => {
    const backend = backendId === undefined ? undefined : backends.find(({ address }) => address === node);
    return backend !== undefined && backend.id !== backendId;
  });
  return other === undefined ? undefined : `${other.node ?? ''} is another backend now`;
}

function otherSituation(
  operation: Proposal['operation'],
  group: GroupDecision,
  wanted: Decision,
  input: DecideInput,
): string | undefined {
  const { current, recommended } = group;
  if (current === undefined) return undefined;
  if (current !== operation.from)
    return `asked for from ${String(operation.from)} nodes, now there are ${String(current)}`;
  const step = stepOf(wanted, group);
  if (step !== undefined) {
    if (isSamePlan(operation, step) || standsForSize(operation, step, input)) return undefined;
    return `the plan is now ${planLine(step)}`;
  }
  const asked = Math.sign(operation.to - operation.from);
  const now = Math.sign((recommended ?? current) - current);
  // Not wanted for a while is asked for on: needs go up and down, and nothing begins that is not wanted then.
  if (now === 0 || now === asked) return undefined;
  return `${String(recommended)} nodes are wanted now: ${group.bindingReason}`;
}

/**
 * Whether it is asked for on although another size of it would begin now. A removal begins by its yes once it is the plan again.
 * Of growth a part begins by it; growth that needs more is not kept waiting for a question about less, but where a yes may begin
 * now it does, and the rest comes next.
 */
function standsForSize(operation: Proposal['operation'], step: PlannedStep, input: DecideInput): boolean {
  const { kind, approval } = operation;
  if (kind !== step.kind) return false;
  const isNew = askedOfLate(operation, input.at);
  if (step.to < step.from) return isNew && isOtherSize(nodesIn(operation), step.nodes);
  if (isPartOf(step, operation)) return approval.given !== undefined || isNew;
  return approval.given !== undefined && growthMayBegin(worldOf(input));
}

function askedOfLate({ createdAt }: Proposal['operation'], at: EpochMs): boolean {
  return at >= createdAt && at - createdAt < STANDS_MS;
}

/** Fewer of these nodes, or these and more. */
function isOtherSize(asked: readonly NodeAddress[], now: readonly NodeAddress[]): boolean {
  const [less = [], more = []] = [asked, now].toSorted((a, b) => a.length - b.length);
  return less.length < more.length && less.every((node) => more.includes(node));
}

function growthMayBegin(world: World): boolean {
  return world.window !== undefined || needsNoWindow({ direction: 'out' }, world);
}

/**
 * Growth waits for no answer about a removal, nor growth to min or a floor for one about other growth; and none for long for one
 * about what is not wanted now. A removal takes nothing's place: one that is refused at its last look is wanted all the same,
 * again and again.
 */
function moreUrgent(
  operation: Proposal['operation'],
  group: GroupDecision,
  wanted: Decision,
  at: EpochMs,
): string | undefined {
  const first = wanted.steps[0];
  if (first === undefined || first.to < first.from) return undefined;
  if (first.role === group.role && first.group === group.group) return undefined;
  const other = wanted.groups.find((each) => each.role === first.role && each.group === first.group);
  const isUnwanted = group.raw !== undefined && group.recommended === group.current && !askedOfLate(operation, at);
  const before = comesBefore(
    { kind: first.kind, toFloor: other?.toFloor ?? false },
    { kind: operation.kind, toFloor: group.toFloor },
  );
  return before || isUnwanted ? `${planLine(first)} comes first` : undefined;
}

function stepOf(wanted: Decision, group: GroupDecision): PlannedStep | undefined {
  return wanted.steps.find((step) => step.role === group.role && step.group === group.group);
}
