import type { Baselines } from '../../backtest/baselines/baselines.ts';
import type { Problem } from '../../backtest/baselines/problem.ts';
import { startWorker } from './run-in-worker.ts';

const DEADLINE_MS = 300_000;

/** baselinesOf in a thread of its own, which boots before there is a problem. */
export function startBaselines(): (problem: Problem) => Promise<Baselines> {
  const ask = startWorker<Baselines>('baselines');
  return (problem) => ask({ data: problem, deadlineMs: DEADLINE_MS });
}
