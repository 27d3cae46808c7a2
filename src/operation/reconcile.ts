import type { Operation, OperationState } from '../domain/operation.ts';
import type { Topology } from '../domain/topology.ts';
import { kindOf } from './kinds/tables.ts';
import { backendIn, frontendIn, nodeOf } from './nodes.ts';
import { recordOf } from './steps/records.ts';
import type { Context, Situation } from './steps/step.ts';

export interface Reconciliation {
  /** Undefined: it may be taken up. Otherwise why it must not be touched now. */
  readonly refusal: string | undefined;
  /** Of an operation of another cluster that is cancelled: it ends, without an undo. */
  readonly end?: { readonly state: OperationState; readonly reason: string };
  /** What the journal left open and what the cluster shows of it, one sentence each. */
  readonly findings: readonly string[];
}

/**
 * Compares an operation found open at start with the cluster, before anything is done. It changes nothing: an intent without
 * an outcome stays one, and next() looks twice before it asks again. Only an operation of another cluster is refused;
 * cancelled it ends there, since its own cluster cannot be asked for what an undo would need.
 */
export function reconcile(situation: Situation): Reconciliation {
  const { operation, facts } = situation;
  if (!facts.topology.known) {
    return { refusal: `the cluster could not be read: ${facts.topology.reason}`, findings: [] };
  }
  const topology = facts.topology.value;
  if (topology.clusterId !== operation.clusterId) {
    const refusal = `the cluster shows id ${topology.clusterId}, the operation was admitted for ${operation.clusterId}`;
    const cancel = operation.cancelRequested;
    if (cancel === undefined) return { refusal, findings: [] };
    const reason = `cancelled by ${cancel.by}: ${cancel.reason}; ${refusal}: nothing was done to the other cluster`;
    return { refusal, end: { state: 'failed', reason }, findings: [] };
  }
  return { refusal: undefined, findings: openSteps(operation).map((open) => describe(situation, topology, open)) };
}

interface OpenStep {
  readonly index: number;
  readonly title: string;
  readonly answered: boolean;
}

function openSteps(operation: Operation): readonly OpenStep[] {
  const kind = kindOf(operation.kind);
  return operation.targets.flatMap((_, index) =>
    [...kind.steps, ...kind.undo, ...kind.back].flatMap((step) => {
      const record = recordOf(operation, index, step.key);
      return record?.state === 'intent' ? [{ index, title: step.title, answered: 'answeredAt' in record.data }] : [];
    }),
  );
}

function describe(situation: Situation, topology: Topology, open: OpenStep): string {
  const target = situation.operation.targets[open.index];
  const reply = open.answered ? 'was answered' : 'has no answer in the journal';
  if (target === undefined) return `${open.title} ${reply}`;
  const context: Context = { ...situation, index: open.index, target };
  const node = nodeOf(context);
  if (node === undefined) return `${open.title} ${reply}; no host is known yet`;
  return `${open.title} ${reply}; ${node} is ${shown(topology, context)}`;
}

function shown(topology: Topology, context: Context): string {
  if (context.operation.role !== 'backend') {
    const frontend = frontendIn(topology, context);
    if (frontend === undefined) return 'not registered';
    return frontend.alive ? 'alive' : 'registered and not alive';
  }
  const backend = backendIn(topology, context);
  if (backend === undefined) return 'not registered';
  const leaving = backend.decommissioned ? `leaving with ${String(backend.tablets)} tablets` : 'staying';
  return backend.alive ? leaving : `${leaving}, not alive`;
}
