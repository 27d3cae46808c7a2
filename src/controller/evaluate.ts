import { decide, standing } from '../decision/decide.ts';
import type { DecideInput, Standing } from '../decision/input.ts';
import type { Decision } from '../domain/decision.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Member } from '../domain/ports/cluster-memory.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { tellOnce } from './approval/ask.ts';
import { courseOf, otherThanApproved, shown } from './approval/course.ts';
import { endProposal } from './approval/end-proposal.ts';
import type { HostCache } from './host-cache.ts';
import type { LoadHistories } from './load/load-history.ts';
import { observe } from './observe.ts';
import type { ObserveRequest } from './observe.ts';
import { keepOwnObservers } from './memory/own-observers.ts';
import type { ClusterPorts } from './ports.ts';
import type { TabletWalks } from './tablet-walks.ts';
import { tryInTurn } from './try-in-turn.ts';
import { growthRecord } from './walk-if-worth.ts';
import { recall } from './memory/recall.ts';
import type { Recalled } from './memory/recall.ts';
import { updateMembers } from './memory/members.ts';
import type { RecentNeeds } from './memory/recent-needs.ts';
import { judgeChanges } from './memory/regrets.ts';
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
  readonly walks: TabletWalks;
  readonly deadlines?: NonNullable<ObserveRequest['deadlines']>;
}

export interface Evaluation {
  readonly record: DecisionRecord;
  /** What this evaluation wrote to the journal: an intent, a proposal, or the end of a proposal. Undefined in a dry run. */
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
  let judged: NonNullable<DecisionRecord['judged']> = [];
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
    ...(judged.length === 0 ? {} : { judged }),
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
  const { memory } = recalled;
  if (request.stage === 'record' && observation.storeWritable) {
    judged = await judgeChanges(ports, policy, { ...recalled, observation, demand, at });
  }
  const known: DecideInput = {
    policy,
    observation,
    demand,
    memory,
    at: decideAt,
    forcedObserve: request.forcedObserve,
  };
  const input: DecideInput = { ...known, standing: standing(known) };
  const decision = decide(input);
  if (request.stage === 'decide') return await finish(ports, request, record(observation, decision, undefined));
  const ends = input.standing?.ends;
  if (ends !== undefined) return await over(ports, request, input, ends, record(observation, decision, undefined));

  const tried = await tryInTurn(ports, request, input, courseOf(input, decision));
  if (tried === undefined) {
    return await finish(ports, request, record(observation, decision, undefined), { standing: input.standing });
  }
  const { course, seen, admission, operation } = tried;
  const again = seen.observation;
  const { proposal } = memory;
  const other = operation === undefined ? otherThanApproved(admission) : undefined;
  if (proposal !== undefined && other !== undefined) {
    const voided = { ...seen, standing: { proposal, ends: other } };
    return await over(ports, request, voided, other, record(again, shown(course, voided, undefined), undefined));
  }
  // A dry run asks nobody: there is no such id to answer.
  const asks = request.stage === 'record' ? operation : undefined;
  const says = operation?.state === 'pending' ? admission : shown(course, seen, asks);
  if (request.stage === 'admit' || operation === undefined) {
    return await finish(ports, request, record(again, says, undefined), { standing: input.standing });
  }
  const written = record(again, says, operation.id);
  const steps = [...operation.steps, ...growthRecord(operation, input)];
  const intent = { ...operation, recordId: written.id, steps };
  return await finish(ports, request, written, {
    write: async () => {
      await ports.journal.begin(intent);
      request.walks.begun();
      return intent;
    },
  });
}

/** A proposal is over: nothing else is done in this evaluation. A daemon that may not write leaves it to the one that may. */
async function over(
  ports: ClusterPorts,
  request: EvaluateRequest,
  { memory, observation }: DecideInput,
  ends: string,
  record: DecisionRecord,
): Promise<Evaluation> {
  const may = request.stage === 'record' && observation.leader && observation.storeWritable;
  const { proposal } = memory;
  if (!may || proposal === undefined) return await finish(ports, request, record);
  return await finish(ports, request, record, { write: () => endProposal(ports, proposal, ends, request.at) });
}

/**
 * Keeps the record, then writes what it explains to the journal: who dies in between leaves a record of something that never
 * began, and not an operation that nothing explains.
 */
async function finish(
  ports: ClusterPorts,
  request: EvaluateRequest,
  record: DecisionRecord,
  made: { readonly write?: () => Promise<Operation>; readonly standing?: Standing | undefined } = {},
): Promise<Evaluation> {
  if (request.stage !== 'record') return { record, operation: undefined };
  await append(ports, record);
  const operation = await made.write?.();
  request.needs.add(record);
  await rememberDecision(ports, request.policy, record);
  const waits = operation ?? made.standing?.proposal.operation;
  if (waits !== undefined && record.observation.storeWritable) await tellOnce(ports, request.policy, waits, request.at);
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
