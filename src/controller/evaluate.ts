import { admit } from '../decision/admit.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../domain/decision.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Member } from '../domain/ports/cluster-memory.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { admitOperation } from './admit-operation.ts';
import type { HostCache } from './host-cache.ts';
import type { LoadHistories } from './load/load-history.ts';
import { observe, observeAgain } from './observe.ts';
import type { ObserveRequest } from './observe.ts';
import { keepOwnObservers } from './memory/own-observers.ts';
import type { ClusterPorts } from './ports.ts';
import { recall } from './memory/recall.ts';
import type { Recalled } from './memory/recall.ts';
import { updateMembers } from './memory/members.ts';
import type { RecentNeeds } from './memory/recent-needs.ts';
import { rememberDecision, rememberTopology } from './memory/remember.ts';

/** Where an evaluation stops: a dry run is one that stops before `record`. */
export type Stage = 'observe' | 'decide' | 'admit' | 'record';

export interface EvaluateRequest {
  readonly policy: ClusterPolicy;
  readonly policyRevision: string;
  /** The failed check that keeps the cluster in observe; undefined = the policy's mode holds. */
  readonly forcedObserve?: string | undefined;
  readonly at: EpochMs;
  /** The instant that is decided for; later than `at` only in a dry run. */
  readonly decideAt: EpochMs;
  readonly stage: Stage;
  readonly clockJumped: boolean;
  readonly histories: LoadHistories;
  readonly needs: RecentNeeds;
  readonly hosts: HostCache;
  readonly deadlines?: NonNullable<ObserveRequest['deadlines']>;
}

export interface Evaluation {
  readonly record: DecisionRecord;
  /** Admitted by this evaluation and written as intent; undefined in a dry run. */
  readonly operation: Operation | undefined;
}

/** One evaluation of one cluster, from what is seen to what is recorded. */
export async function evaluate(ports: ClusterPorts, request: EvaluateRequest): Promise<Evaluation> {
  const { policy, at, decideAt } = request;
  const startedMs = ports.clock.monotonicMs();

  const observation = await observe(ports, request);
  if (request.stage === 'record') await rememberTopology(ports, policy, observation);
  const recalled = await recall(ports, policy, request.needs, at);
  if (request.stage === 'record' && observation.storeWritable) {
    await keepOwnObservers(ports.memory, policy.name, recalled.memory.ownObservers);
  }
  const record = (seen: Observation, decision: Decision, operationId: string | undefined): DecisionRecord => ({
    id: ports.ids.next(at),
    at,
    cluster: policy.name,
    mode: policy.mode,
    ...(request.forcedObserve === undefined ? {} : { forcedObserve: request.forcedObserve }),
    policyRevision: request.policyRevision,
    durationMs: Math.round(ports.clock.monotonicMs() - startedMs),
    observation: seen,
    groups: decision.groups,
    steps: decision.steps,
    calendar: decision.calendar,
    operationId,
  });
  if (request.stage === 'observe') {
    return {
      record: record(observation, { at, groups: [], steps: [], calendar: [] }, undefined),
      operation: undefined,
    };
  }

  const demand = await request.histories.update({
    policy,
    observation,
    at,
    ...recalled,
    members: membersSeen(recalled, observation),
  });
  const input = {
    policy,
    observation,
    demand,
    memory: recalled.memory,
    at: decideAt,
    forcedObserve: request.forcedObserve,
  };
  const decision = decide(input);
  const step = decision.steps[0];
  if (request.stage === 'decide' || step === undefined) {
    return await finish(ports, request, record(observation, decision, undefined), undefined);
  }

  const again = await observeAgain(ports, {
    ...request,
    group: step.group,
    victims: step.kind === 'remove-backend' ? step.nodes : [],
    before: observation,
  });
  const admitted = admit(decision, { ...input, observation: again });
  const operation = admitOperation({
    policy,
    decision: admitted,
    observation: again,
    ids: ports.ids,
    recordId: '',
    at,
  });
  if (request.stage === 'admit' || operation === undefined) {
    return await finish(ports, request, record(again, admitted, undefined), undefined);
  }
  const written = record(again, admitted, operation.id);
  const intent = { ...operation, recordId: written.id };
  await ports.journal.begin(intent);
  return await finish(ports, request, written, intent);
}

async function finish(
  ports: ClusterPorts,
  request: EvaluateRequest,
  record: DecisionRecord,
  operation: Operation | undefined,
): Promise<Evaluation> {
  if (request.stage === 'record') {
    request.needs.add(record);
    await rememberDecision(ports, request.policy, record);
    await append(ports, record);
  }
  return { record, operation };
}

/** A store that cannot be written holds every change; log and metrics say so all the same. */
async function append(ports: ClusterPorts, record: DecisionRecord): Promise<void> {
  try {
    await ports.records.append(record);
  } catch (error) {
    if (record.observation.storeWritable) throw error;
    ports.log.error('the record could not be stored', { cluster: record.cluster, recordId: record.id, error });
  }
}

/** A dry run beside an empty store knows the nodes that it sees: their series of the past are theirs. */
function membersSeen({ members, operations }: Recalled, { topology, at }: Observation): readonly Member[] {
  return topology.known ? updateMembers(members, topology.value, operations, at).members : members;
}
