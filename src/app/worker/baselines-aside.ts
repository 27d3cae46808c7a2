import type { Baselines } from '../../backtest/baselines/baselines.ts';
import type { Problem } from '../../backtest/baselines/problem.ts';
import { runInWorker } from './run-in-worker.ts';

const DEADLINE_MS = 300_000;

/** baselinesOf in a thread of its own. */
export async function baselinesAside(problem: Problem): Promise<Baselines> {
  return await runInWorker<Baselines>('baselines', { data: problem, deadlineMs: DEADLINE_MS });
}
