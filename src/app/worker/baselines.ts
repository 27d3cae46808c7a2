import { parentPort } from 'node:worker_threads';
import { baselinesOf } from '../../backtest/baselines/baselines.ts';
import type { Problem } from '../../backtest/baselines/problem.ts';

// The module of a thread: one task in, one message out.
parentPort?.once('message', (problem: Problem) => {
  parentPort?.postMessage(baselinesOf(problem));
});
