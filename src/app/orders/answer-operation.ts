import type { EpochMs } from '../../domain/instant.ts';
import type { Operation, OperationKind } from '../../domain/operation.ts';
import type { OrderPorts } from '../../domain/ports/orders.ts';
import { instantText } from '../present/instants.ts';
import { approvePolicy } from './approve-policy.ts';
import type { ApprovedPolicy } from './approve-policy.ts';
import { findOpen } from './find-operation.ts';
import { refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';

export interface AnswerRequest {
  readonly id: string;
  /** Of the policy in force. */
  readonly clusters: readonly string[];
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string;
}

interface Answered {
  readonly id: string;
  readonly cluster: string;
  readonly kind: OperationKind;
}

export interface Approved extends Answered {
  readonly planHash: string | null;
  readonly expiresAt: string | null;
}

export interface Cancelled extends Answered {
  /** It was a proposal: nothing was begun, so nothing is undone. */
  readonly rejected: boolean;
}

/** A yes to what was asked for: an operation, or by its revision a changed policy. */
export async function approve(ports: OrderPorts, request: AnswerRequest): Promise<Outcome<Approved | ApprovedPolicy>> {
  return (await approvePolicy(ports, request)) ?? (await approveOperation(ports, request));
}

async function approveOperation(ports: OrderPorts, request: AnswerRequest): Promise<Outcome<Approved>> {
  const found = await findOpen(ports, request.clusters, request.id);
  if (!found.ok) return found;
  const operation = found.done;
  const { at, by, reason } = request;
  if (!(await ports.control.approve(operation.id, { at, by, reason })))
    return refused('nothing-to-change', whyNotApproved(operation), 'doris-autoscaler operations');
  const { id, cluster, kind, approval } = operation;
  const planHash = approval?.planHash ?? null;
  return { ok: true, done: { id, cluster, kind, planHash, expiresAt: instantText(approval?.expiresAt) } };
}

function whyNotApproved({ kind, id, state, approval, cancelRequested }: Operation): string {
  const name = `${kind} ${id}`;
  if (state !== 'proposed') return `${name} is ${state} and needs no yes`;
  if (cancelRequested !== undefined) return `${name} was rejected by ${cancelRequested.by}: ${cancelRequested.reason}`;
  if (approval?.given !== undefined) return `${name} was approved by ${approval.given.by} already`;
  return `${name} is out of time: it is asked for anew if it is still wanted`;
}

/** A no to what was asked for, or the undoing of what runs. */
export async function cancelOperation(ports: OrderPorts, request: AnswerRequest): Promise<Outcome<Cancelled>> {
  const found = await findOpen(ports, request.clusters, request.id);
  if (!found.ok) return found;
  const { id, cluster, kind, state } = found.done;
  const { at, by, reason } = request;
  const rejected = state === 'proposed';
  if (await ports.control.requestCancel(id, { at, by, reason }))
    return { ok: true, done: { id, cluster, kind, rejected } };
  const message = rejected ? `${kind} ${id} was rejected already` : `${kind} ${id} is to be undone already`;
  return refused('nothing-to-change', message, 'doris-autoscaler operations');
}
