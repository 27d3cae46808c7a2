import type { DecideInput } from '../decision/input.ts';
import type { Decision, PlannedStep } from '../domain/decision.ts';
import type { Operation } from '../domain/operation.ts';
import { admitOperation } from './admit-operation.ts';
import { admitted, goneOn } from './approval/course.ts';
import type { Course } from './approval/course.ts';
import { observeAgain } from './observe.ts';
import type { ObserveRequest } from './observe.ts';
import type { ClusterPorts } from './ports.ts';
import type { TabletWalks } from './tablet-walks.ts';
import { walkIfWorth } from './walk-if-worth.ts';

export type TryRequest = ObserveRequest & { readonly walks: TabletWalks };

/** What the last looks made of a course. */
export interface Tried {
  /** With what was refused on the way held. */
  readonly course: Course;
  /** With the evidence of the step that was tried last, and with the pauses that stood then. */
  readonly seen: DecideInput;
  readonly admission: Decision;
  /** Undefined: every step that was tried is refused. */
  readonly operation: Operation | undefined;
}

/**
 * Looks again right before acting, step by step until one may begin or be asked for: a group whose proof refuses for good keeps
 * no other from its turn. Undefined where there is no step.
 */
export async function tryInTurn(
  ports: ClusterPorts,
  request: TryRequest,
  input: DecideInput,
  from: Course,
): Promise<Tried | undefined> {
  let tried: Tried | undefined;
  let course = from;
  for (let [step] = course.decision.steps; step !== undefined; [step] = course.decision.steps) {
    tried = await tryStep(ports, request, input, { course, step });
    if (tried.operation !== undefined || tried.admission.steps.length > 0) return tried;
    // Nobody's turn comes while the cluster cannot be seen.
    if (!tried.seen.observation.topology.known) return tried;
    course = goneOn(course, tried.admission, tried.seen);
  }
  return tried;
}

async function tryStep(
  ports: ClusterPorts,
  request: TryRequest,
  input: DecideInput,
  { course, step }: { readonly course: Course; readonly step: PlannedStep },
): Promise<Tried> {
  const { policy, at } = request;
  const looked = await observeAgain(ports, {
    ...request,
    group: step.group,
    victims: step.kind === 'remove-backend' ? step.nodes : [],
    before: input.observation,
  });
  const observation = await walkIfWorth(ports, request, looked, (seen) =>
    admitted(course, { ...input, observation: seen }),
  );
  // A look lasts minutes: who has paused meanwhile sees nothing begin after it.
  const pauses = await ports.control.pauses(policy.name, at);
  const seen: DecideInput = { ...input, observation, memory: { ...input.memory, pauses } };
  const admission = admitted(course, seen);
  const { ids } = ports;
  const { proposal } = input.memory;
  const operation = admitOperation({ policy, decision: admission, observation, ids, recordId: '', at, proposal });
  return { course, seen, admission, operation };
}
