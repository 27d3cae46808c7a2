import { expiresAt } from '../decision/approval/expiry.ts';
import { isPartOf, planLine, planText } from '../decision/approval/plan.ts';
import { windowAt } from '../decision/windows/effective.ts';
import type { Decision, PlannedStep } from '../domain/decision.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Proposal } from '../domain/memory.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation, OperationTarget, StepRecord } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Ids } from '../domain/ports/ids.ts';
import type { Topology } from '../domain/topology.ts';

export interface AdmitOperationRequest {
  readonly policy: ClusterPolicy;
  /** After admission: its steps are what no guard holds. */
  readonly decision: Decision;
  readonly observation: Observation;
  readonly ids: Ids;
  readonly recordId: string;
  readonly at: EpochMs;
  /** What waits for its beginning in mode approve. */
  readonly proposal?: Proposal | undefined;
}

/**
 * The first step of a decision as an operation, still nothing but intent: of mode approve a proposal, or the approved one that
 * now begins. Undefined when there is nothing to carry out, or when it is not what was approved.
 */
export function admitOperation(request: AdmitOperationRequest): Operation | undefined {
  const operation = intent(request);
  if (operation === undefined || request.policy.mode === 'act') return operation;
  return request.proposal === undefined
    ? asProposal(operation, request)
    : asApproved(operation, request, request.proposal);
}

function asProposal(operation: Operation, { policy, ids, at }: AdmitOperationRequest): Operation {
  const planHash = ids.digest(planText(operation, policy));
  const approval = { planHash, expiresAt: expiresAt(policy.windows, at), given: undefined };
  return { ...operation, state: 'proposed', steps: [], reason: 'waits for a yes', approval };
}

function asApproved(
  operation: Operation,
  { policy, ids }: AdmitOperationRequest,
  { operation: asked }: Proposal,
): Operation | undefined {
  const { id, createdAt, approval, to, targets } = asked;
  const isPart = isPartOf(operation, asked);
  const plan = isPart ? { ...operation, to, targets } : operation;
  if (approval.given === undefined || ids.digest(planText(plan, policy)) !== approval.planHash) return undefined;
  const because = isPart
    ? `${operation.because}; a part of what was approved, ${planLine({ ...asked, nodes: [] })}`
    : operation.because;
  return { ...operation, id, createdAt, approval, because };
}

function intent(request: AdmitOperationRequest): Operation | undefined {
  const { policy, decision, observation, at } = request;
  const step = decision.steps[0];
  if (step === undefined || policy.mode === 'observe' || !observation.topology.known) return undefined;
  const topology = observation.topology.value;
  const targets = targetsOf(step, topology);
  if (targets.length === 0) return undefined;
  return {
    id: request.ids.next(at),
    cluster: policy.name,
    clusterId: topology.clusterId,
    kind: step.kind,
    role: step.role,
    group: step.group,
    state: 'pending',
    from: step.from,
    to: step.to,
    targets,
    because: becauseOf(step, decision),
    recordId: request.recordId,
    createdAt: at,
    startedAt: undefined,
    endedAt: undefined,
    deadlineMs: policy.operations.deadlineMs,
    waitedForWindowMs: 0,
    steps: admission(request, step),
    progress: undefined,
    reason: 'admitted',
    cancelRequested: undefined,
  };
}

function targetsOf(step: PlannedStep, topology: Topology): readonly OperationTarget[] {
  if (step.kind.startsWith('add-')) {
    const count = Math.max(0, step.to - step.from);
    return Array.from({ length: count }, () => ({
      node: undefined,
      backendId: undefined,
      bytes: undefined,
      tablets: undefined,
    }));
  }
  return step.nodes.map((node) => {
    const backend = topology.backends.find((each) => each.address === node);
    return {
      node,
      backendId: step.kind === 'remove-backend' ? backend?.id : undefined,
      bytes: backend?.dataUsedBytes,
      tablets: backend?.tablets,
    };
  });
}

function becauseOf(step: PlannedStep, decision: Decision): string {
  const group = decision.groups.find((each) => each.role === step.role && each.group === step.group);
  return [...step.reasons, group?.bindingReason].filter((part) => part !== undefined && part !== '').join('; ');
}

/** Written down where the window was overridden, since every later step would otherwise wait for one. */
function admission(request: AdmitOperationRequest, step: PlannedStep): readonly StepRecord[] {
  const { policy, observation, at } = request;
  if (!step.kind.startsWith('add-') || windowAt(policy.windows, at) !== undefined) return [];
  const emergency = observation.emergency.known && observation.emergency.value;
  const window = policy.windows.scaleOut === 'anytime' ? 'anytime' : emergency ? 'emergency' : undefined;
  if (window === undefined) return [];
  const detail =
    window === 'anytime' ? 'no window is needed (scaleOut: anytime)' : 'the emergency overrides the window';
  return [{ key: 'all.admission', state: 'done', attempts: 1, startedAt: at, endedAt: at, detail, data: { window } }];
}
