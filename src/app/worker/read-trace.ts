import { parentPort, workerData } from 'node:worker_threads';
import { csvTrace } from '../backtest/csv-trace.ts';

// The module of a thread: one task in, one message out.
parentPort?.postMessage(csvTrace(workerData as string));
