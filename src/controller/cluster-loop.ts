import type { EpochMs } from '../domain/instant.ts';
import type { Observation } from '../domain/observation.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { drainNeeds } from './operation/drain-needs.ts';
import { evaluate } from './evaluate.ts';
import { hostCache } from './host-cache.ts';
import { loadHistories } from './load/load-history.ts';
import type { ClusterPorts } from './ports.ts';
import { orphanWatch } from './orphans/orphan-watch.ts';
import { provisionerNamed } from './operation/provisioner-named.ts';
import { provisionerOf } from '../operation/provisioner-of.ts';
import { rebuildNeeds } from './memory/recent-needs.ts';
import type { RecentNeeds } from './memory/recent-needs.ts';
import { runOperation } from './run-operation.ts';
import { tabletWalks } from './tablet-walks.ts';
import { untilLeft } from './until-left.ts';

/** A wall clock that moved so much more or less than the monotonic one has jumped. */
const CLOCK_JUMP_MS = 120_000;
const LEFT = new Error('this loop was left: another one may be at work');

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
  /** Lets the step in hand end and leaves the operation open for the next start. Once it has resolved the loop is left. */
  stop(): Promise<void>;
  /** Whatever still hangs reaches neither the store nor the listeners any more: another loop may be at work. */
  leave(): void;
}

export function clusterLoop(outside: ClusterPorts, inForce: () => PolicyInForce, events: LoopEvents): ClusterLoop {
  const stopping = new AbortController();
  const left = new AbortController();
  const ports: ClusterPorts = {
    ...outside,
    journal: untilLeft(outside.journal, left.signal),
    records: untilLeft(outside.records, left.signal),
    loads: untilLeft(outside.loads, left.signal),
    memory: untilLeft(outside.memory, left.signal),
  };
  const histories = loadHistories(ports);
  const hosts = hostCache();
  const walks = tabletWalks();
  const needs = drainNeeds();
  const orphans = orphanWatch(ports);
  let recent: RecentNeeds | undefined;
  let evaluating: Promise<void> | undefined;
  let operating: Promise<void> | undefined;
  let lastTick: { readonly wallMs: number; readonly monotonicMs: number } | undefined;

  const operate = (operation: Operation): void => {
    operating = run(operation).finally(() => {
      operating = undefined;
      hosts.forget();
      orphans.hurry();
    });
  };

  /** In the place of an operation: none begins beside it. */
  const watchOrphans = (policy: ClusterPolicy, observation: Observation): void => {
    operating = orphans
      .look(policy, observation, () => policy.mode === 'act' && !stopping.signal.aborted)
      .catch((error: unknown) => {
        ports.log.error('the look for what was left behind broke off', { cluster: policy.name, error });
      })
      .finally(() => {
        operating = undefined;
      });
  };

  const run = async (operation: Operation): Promise<void> => {
    const { policy } = inForce();
    const provisioner = provisionerOf(policy, operation);
    try {
      await runOperation({
        operation,
        policy: () => inForce().policy,
        ports: { ...ports, provisioner: provisioner === undefined ? undefined : provisionerNamed(ports, provisioner) },
        needAgain: () => needs.current(operation.group),
        onChange: (changed) => {
          if (!left.signal.aborted) events.operationChanged(changed);
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
        walks,
      });
      needs.see(force.policy, record);
      events.evaluated({ record });
      if (operation !== undefined && !isBegun(operation)) events.operationChanged(operation);
      const open = operation ?? (operating === undefined ? await ports.journal.open(policy.name) : undefined);
      if (stopping.signal.aborted) return;
      if (operating !== undefined) return;
      if (open !== undefined && isBegun(open)) operate(open);
      else if (orphans.isDue(at)) watchOrphans(policy, record.observation);
    } catch (error) {
      if (!left.signal.aborted) events.evaluated({ error });
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
      if (open !== undefined && isBegun(open)) operate(open);
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
      left.abort(LEFT);
    },
    leave() {
      stopping.abort(new Error('stopping'));
      left.abort(LEFT);
    },
  };
}

/** A proposal waits for people, and one that ended is over. */
function isBegun({ state, endedAt }: Operation): boolean {
  return state !== 'proposed' && endedAt === undefined;
}
