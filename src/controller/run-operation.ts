import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ClusterReader } from '../domain/ports/cluster-reader.ts';
import type { ClusterWriter } from '../domain/ports/cluster-writer.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Lease } from '../domain/ports/lease.ts';
import type { Log } from '../domain/ports/log.ts';
import type { Notifier } from '../domain/ports/notifier.ts';
import type { PortProbe } from '../domain/ports/probe.ts';
import type { Provisioner } from '../domain/ports/provisioner.ts';
import type { Effect, EffectResult } from '../operation/steps/effect.ts';
import { outcome } from '../operation/steps/effect.ts';
import type { NeedAgain } from '../operation/facts.ts';
import { next } from '../operation/next.ts';
import type { Next } from '../operation/next.ts';
import type { Action } from '../operation/steps/action.ts';
import { reconcile } from '../operation/reconcile.ts';
import { clockJumps } from './operation/clock-jump.ts';
import { operationFacts, windowFact } from './operation/facts.ts';
import type { OperationFacts } from './operation/facts.ts';
import { operationJournal } from './operation/journal.ts';
import type { OperationJournal } from './operation/journal.ts';
import { performEffect } from './operation/perform-effect.ts';

/** After a stop is asked for, an effect in hand is waited for so long; then its intent is left to the next start. */
const STOP_MS = 8000;
const RECONCILE_AGAIN_MS = 5000;

export interface RunOperationRequest {
  readonly operation: Operation;
  readonly policy: () => ClusterPolicy;
  readonly ports: {
    readonly clock: Clock;
    readonly journal: Journal;
    readonly reader: ClusterReader;
    readonly writer: ClusterWriter;
    readonly provisioner: Provisioner | undefined;
    readonly probe: PortProbe;
    readonly lease: Lease;
    readonly notifier: Notifier;
    readonly log: Log;
  };
  /** What the evaluations beside it say of the drain. */
  readonly needAgain: () => NeedAgain | undefined;
  readonly onChange: (operation: Operation) => void;
  /** Aborted: the step in hand ends, the operation stays open for the next start. */
  readonly signal: AbortSignal;
}

/**
 * Carries out one operation on its own cadence and decides nothing: it looks, asks next(), writes the intent, performs the
 * effect, writes the outcome, and looks again. Resolves to the operation as it ended, or as it stands when it was stopped.
 * Rejects only when the journal cannot be written: nothing is done then that is not on disk.
 */
export async function runOperation(request: RunOperationRequest): Promise<Operation> {
  const { ports, signal } = request;
  const journal = operationJournal(request.operation, ports, request.onChange);
  const jumps = clockJumps(ports.clock);
  let facts = await takeUp(request, journal, jumps);
  if (facts === undefined) return journal.current();

  while (!signal.aborted) {
    await journal.readOrders();
    facts = await inTimeOfNow(request, journal, jumps(), facts);
    const policy = request.policy();
    if (policy.mode === 'observe') await journal.withdraw(ports.clock.now());
    const seen = await facts.look(journal.current(), policy, request.needAgain());
    const now = ports.clock.now();
    const step = next(journal.current(), seen, policy, now);
    if (stopped(signal)) break;
    if (step.end !== undefined) {
      await journal.end(step.end, now);
      return journal.current();
    }
    if (step.wait !== undefined) {
      await journal.wait(step.wait, step.waitedForWindowMs, now);
      if (!(await pause(ports.clock, step.wait.forMs, signal))) break;
      continue;
    }
    if (!(await act(request, journal, step))) break;
    if (step.actions.some((action) => action.does === 'effect')) facts.forget();
  }
  return journal.current();
}

/** An operation found open is first compared with the cluster. Resolves to its looks, undefined when the run is to be left. */
async function takeUp(
  request: RunOperationRequest,
  journal: OperationJournal,
  jumps: () => number,
): Promise<OperationFacts | undefined> {
  const { ports, signal } = request;
  let seeing = operationFacts(ports);
  if (journal.current().state === 'pending') return seeing;
  while (!stopped(signal)) {
    await journal.readOrders();
    const policy = request.policy();
    const facts = await seeing.look(journal.current(), policy, undefined);
    seeing = await inTimeOfNow(request, journal, jumps(), seeing);
    const now = ports.clock.now();
    const found = reconcile({ operation: journal.current(), facts, policy, now });
    if (found.refusal === undefined) {
      await journal.takeUp(now);
      const { cluster, id, kind } = journal.current();
      ports.log.info('operation taken up', { cluster, operation: id, kind, findings: found.findings });
      return seeing;
    }
    if (found.end !== undefined) {
      await journal.end(found.end, now);
      return undefined;
    }
    const wait = { reason: found.refusal, forMs: RECONCILE_AGAIN_MS, forWindow: false, progress: undefined };
    await journal.wait(wait, journal.current().waitedForWindowMs, now);
    if (!(await pause(ports.clock, wait.forMs, signal))) return undefined;
  }
  return undefined;
}

/** After a jump of the wall clock: looks of the other clock are neither older nor newer than those of this one. */
async function inTimeOfNow(
  { ports }: RunOperationRequest,
  journal: OperationJournal,
  jumpMs: number,
  facts: OperationFacts,
): Promise<OperationFacts> {
  if (jumpMs === 0) return facts;
  await journal.rebase(jumpMs, ports.clock.now());
  return operationFacts(ports);
}

/** Intents first, one after another; then the effects, hosts side by side; then the outcomes. False: leave the run. */
async function act(request: RunOperationRequest, journal: OperationJournal, step: Next): Promise<boolean> {
  const { ports, signal } = request;
  const cluster = journal.current().cluster;
  const effects: Extract<Action, { readonly does: 'effect' }>[] = [];
  for (const action of step.actions) {
    if (action.does === 'write') {
      await journal.write(action.record, ports.clock.now());
      if (action.notice !== undefined) {
        ports.notifier.notify({ at: ports.clock.now(), cluster, ...action.notice });
      }
      continue;
    }
    if (!ports.lease.holds(cluster) || stopped(signal)) return false;
    await journal.write(action.record, ports.clock.now());
    effects.push(action);
  }
  let isLeft = false;
  try {
    const finished = Promise.all(inOrder(request, journal, effects, () => isLeft));
    return await stoppable(finished, ports.clock, signal);
  } finally {
    // Also where the journal could not be written: calls beside that one are still under way.
    isLeft = true;
  }
}

/**
 * Statements one after another, calls of the provisioner side by side. Once the run is left the next one may have taken the
 * operation up: nothing is sent or written any more, as if the process had ended.
 */
function inOrder(
  request: RunOperationRequest,
  journal: OperationJournal,
  effects: readonly Extract<Action, { readonly does: 'effect' }>[],
  isLeft: () => boolean,
): readonly Promise<void>[] {
  const { ports } = request;
  let statements: Promise<void> = Promise.resolve();
  return effects.map((action) => {
    const carryOut = async (): Promise<void> => {
      if (isLeft()) return;
      const result = await perform(request, journal, action.effect);
      if (isLeft()) return;
      const now = ports.clock.now();
      await journal.write(outcome(journal.recordOf(action.record), action.effect, result, now), now);
    };
    if (action.effect.by === 'provisioner') return carryOut();
    statements = statements.then(carryOut);
    return statements;
  });
}

async function perform(request: RunOperationRequest, journal: OperationJournal, effect: Effect): Promise<EffectResult> {
  const { ports } = request;
  const { cluster, clusterId } = journal.current();
  return await performEffect(ports, effect, {
    cluster,
    clusterId,
    mayChange: () => {
      if (journal.ignoresWindows()) return undefined;
      const policy = request.policy();
      if (journal.current().kind.startsWith('add-') && policy.windows.scaleOut === 'anytime') return undefined;
      return windowFact(policy, ports.clock.now()).open ? undefined : 'the window has closed: nothing was sent';
    },
  });
}

/** Waits for what is in hand, but not for ever once a stop is asked for. */
async function stoppable(work: Promise<unknown>, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const late = (async () => {
    await aborted(signal, over.signal);
    if (over.signal.aborted) return false;
    await clock.sleep(STOP_MS, over.signal).catch(() => undefined);
    return false;
  })();
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort();
    work.catch(() => undefined);
  }
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true, signal: over },
    );
    over.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(Math.max(0, ms), signal);
    return true;
  } catch (error) {
    if (stopped(signal)) return false;
    throw error;
  }
}

function stopped(signal: AbortSignal): boolean {
  return signal.aborted;
}
