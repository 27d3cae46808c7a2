import { threadId, Worker } from 'node:worker_threads';
import fc from 'fast-check';

/*
 * Before each test file: no test runs for ever. Vitest's own time-outs are timers of the thread under test, which a loop
 * that never ends, a promise chain that never rests and a counterexample that shrinks for hours keep from firing.
 */

const PROPERTY_MS = 300_000;
const STUCK_MS = 600_000;
const BEAT_MS = 1_000;

// A property that fails is shrunk no longer than this: what was found by then is shown.
fc.configureGlobal({ interruptAfterTimeLimit: PROPERTY_MS, markInterruptAsFailure: true });

// A thread ends the run when no timer of this one fires for so long, and says where it stands.
const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref();
new Worker(new URL('./limits-thread.ts', import.meta.url), {
  workerData: { beats, limitMs: Number(process.env['TEST_STUCK_MS'] ?? STUCK_MS), watched: threadId },
  execArgv: [],
}).unref();
