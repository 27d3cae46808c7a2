import type { ReadTrace } from '../backtest/csv-trace.ts';
import { runInWorker } from './run-in-worker.ts';

const DEADLINE_MS = 300_000;

/** csvTrace in a thread of its own, while the policy is read. */
export async function readTraceAside(file: string): Promise<ReadTrace> {
  return await runInWorker<ReadTrace>('read-trace', { data: file, deadlineMs: DEADLINE_MS });
}
