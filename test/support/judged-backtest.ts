import { backtest } from '../../src/backtest/backtest.ts';
import type { Backtest } from '../../src/backtest/backtest.ts';
import type { Trace } from '../../src/backtest/trace/trace.ts';
import type { GroupPolicy } from '../../src/domain/group-policy.ts';
import type { ClusterPolicy } from '../../src/domain/policy.ts';
import type { WindowsPolicy } from '../../src/domain/window.ts';
import { clusterPolicy, groupPolicy, MINUTE, QUERIES, windowsPolicy } from './decision-input.ts';

export interface JudgedOptions {
  readonly fromMs?: number | undefined;
  readonly start?: number | undefined;
  /** Load that one node carries at the target. */
  readonly perNode?: number;
  readonly windows?: Partial<WindowsPolicy>;
  readonly group?: Partial<GroupPolicy>;
  readonly cluster?: Partial<ClusterPolicy>;
}

/** A policy that is judged for its sizing alone: no guard, cooldown or minHold, steps without a limit, 10 min to service. */
export function judgedBacktest(trace: Trace, options: JudgedOptions = {}): Backtest {
  const perNode = options.perNode ?? 1;
  const group = groupPolicy({
    min: 3,
    max: 40,
    step: { out: 40, in: 40 },
    cooldown: { outMs: 0, inMs: 0 },
    minHoldMs: 0,
    leadTimeMs: 10 * MINUTE,
    signals: [{ ...QUERIES, purpose: { kind: 'size', form: 'per-node', perNode } }],
    ...options.group,
  });
  const cluster = clusterPolicy({
    windows: windowsPolicy({ guardMs: 0, ...options.windows }),
    backends: [group],
    ...options.cluster,
  });
  const done = backtest({ cluster, group, trace, fromMs: options.fromMs, start: options.start });
  if (!done.ok) throw new Error(JSON.stringify(done.problem));
  return done.backtest;
}

/** A trace of one column `load`, minute by minute. */
export function minuteTrace(startMs: number, load: ArrayLike<number>): Trace {
  const values = Float64Array.from(load);
  return { name: 'generated', startMs, minutes: values.length, columns: [{ name: 'load', values }] };
}
