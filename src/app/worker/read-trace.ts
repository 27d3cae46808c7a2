import { parentPort } from 'node:worker_threads';
import { csvTrace } from '../backtest/csv-trace.ts';

// The module of a thread: one task in, one message out.
parentPort?.once('message', (file: string) => {
  parentPort?.postMessage(csvTrace(file));
});
