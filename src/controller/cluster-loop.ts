import type { EpochMs } from '../domain/instant.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { drainNeeds } from './operation/drain-needs.ts';
import { evaluate } from './evaluate.ts';
import { hostCache } from './host-cache.ts';
import { loadHistories } from './load/load-history.ts';
import type { ClusterPorts } from './ports.ts';
import { rebuildNeeds } from './memory/recent-needs.ts';
import type { RecentNeeds } from './memory/recent-needs.ts';
import { runOperation } from './run-operation.ts';

/** A wall clock that moved so much more or less than the monotonic one has jumped. */
const CLOCK_JUMP_MS = 120_000;

export interface PolicyInForce {
  readonly policy: ClusterPolicy;
  readonly revision: string;
  /** Why this cluster is kept in observe; undefined = its own mode holds. */
  readonly forcedObserve: string | undefined;
}

export interface LoopEvents {
  /** After every evaluation; `error` when it broke off, which whoever listens has to log. */
  evaluated(result: { readonly record: DecisionRecord } | { readonly error: unknown }): void;
  skipped(): void;
  operationChanged(operation: Operation): void;
}

/**
 *           tick                       operation admitted, or found open at start
 *  idle ------------> evaluating        none ------------------------------------> running
 *   ^                     |              ^                                            |
 *   +---------------------+              +---------- ended, or stop() ----------------+
 *
 * Never two evaluations at once, never two operations at once; evaluations go on while an operation runs.
 */
export interface ClusterLoop {
  /** Takes up an operation that an earlier process left open. */
  resume(): Promise<void>;
  /** One evaluation, unless one is under way: then it is skipped and counted. */
  tick(at: EpochMs): Promise<void>;
  /** Lets the step in hand end and leaves the operation open for the next start. */
  stop(): Promise<void>;
}

export function clusterLoop(ports: ClusterPorts, inForce: () => PolicyInForce, events: LoopEvents): ClusterLoop {
  const stopping = new AbortController();
  const histories = loadHistories(ports);
  const hosts = hostCache();
  const needs = drainNeeds();
  let recent: RecentNeeds | undefined;
  let evaluating: Promise<void> | undefined;
  let operating: Promise<void> | undefined;
  let lastTick: { readonly wallMs: number; readonly monotonicMs: number } | undefined;

  const operate = (operation: Operation): void => {
    operating = run(operation).finally(() => {
      operating = undefined;
      hosts.forget();
    });
  };

  const run = async (operation: Operation): Promise<void> => {
    const { policy } = inForce();
    const provisioner = provisionerOf(policy, operation);
    try {
      await runOperation({
        operation,
        policy: () => inForce().policy,
        ports: { ...ports, provisioner: provisioner === undefined ? undefined : ports.provisioners.get(provisioner) },
        needAgain: () => needs.current(operation.group),
        onChange: (changed) => {
          events.operationChanged(changed);
        },
        signal: stopping.signal,
      });
    } catch (error) {
      if (!stopping.signal.aborted) {
        ports.log.error('operation broke off; it is taken up again at the next tick', {
          cluster: policy.name,
          operation: operation.id,
          error,
        });
      }
    }
  };

  const once = async (at: EpochMs): Promise<void> => {
    const force = inForce();
    const policy: ClusterPolicy =
      force.forcedObserve === undefined ? force.policy : { ...force.policy, mode: 'observe' };
    try {
      recent ??= await rebuildNeeds(ports.records, policy, at);
      const { record, operation } = await evaluate(ports, {
        policy,
        policyRevision: force.revision,
        forcedObserve: force.forcedObserve,
        at,
        decideAt: at,
        stage: 'record',
        clockJumped: jumped(),
        histories,
        needs: recent,
        hosts,
      });
      needs.see(policy, record);
      events.evaluated({ record });
      const open = operation ?? (operating === undefined ? await ports.journal.open(policy.name) : undefined);
      if (stopping.signal.aborted) return;
      if (open !== undefined && operating === undefined && open.state !== 'proposed') operate(open);
    } catch (error) {
      events.evaluated({ error });
    }
  };

  const jumped = (): boolean => {
    const wallMs = ports.clock.now();
    const monotonicMs = ports.clock.monotonicMs();
    const last = lastTick;
    lastTick = { wallMs, monotonicMs };
    if (last === undefined) return false;
    return Math.abs(wallMs - last.wallMs - (monotonicMs - last.monotonicMs)) > CLOCK_JUMP_MS;
  };

  return {
    async resume() {
      const open = await ports.journal.open(inForce().policy.name);
      if (open !== undefined && open.state !== 'proposed') operate(open);
    },
    async tick(at) {
      if (stopping.signal.aborted) return;
      if (evaluating !== undefined) {
        events.skipped();
        return;
      }
      evaluating = once(at).finally(() => {
        evaluating = undefined;
      });
      await evaluating;
    },
    async stop() {
      stopping.abort(new Error('stopping'));
      await Promise.allSettled([evaluating, operating]);
    },
  };
}

function provisionerOf(policy: ClusterPolicy, operation: Operation): string | undefined {
  if (operation.role !== 'backend') return policy.frontend?.provisioner;
  return policy.backends.find((group) => group.group === operation.group)?.provisioner;
}
