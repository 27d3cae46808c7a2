import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

type WorkerName = 'judge-policy' | 'compare-policies' | 'read-trace' | 'baselines';

/** @throws when the module throws, ends without a message, or takes longer than the deadline */
type Ask<Result> = (task: { readonly data: unknown; readonly deadlineMs: number }) => Promise<Result>;

/** Runs one module of this folder in a thread of its own and resolves with the one message that it posts. */
export async function runInWorker<Result>(name: WorkerName, task: Parameters<Ask<Result>>[0]): Promise<Result> {
  return await startWorker<Result>(name)(task);
}

/**
 * The same for a task that comes later: the thread boots meanwhile, and is asked once. One that is never asked keeps no process
 * alive. The module is named without its extension: it is `.ts` where sources run and `.js` in `dist`.
 */
export function startWorker<Result>(name: WorkerName): Ask<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  // Options of this process, such as --import, are not the worker's.
  const worker = new Worker(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), { execArgv: [] });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => {
    reject(new Error(`${name} ended without an answer`));
  });
  // One that fails before it is asked says so to who asks.
  promise.catch(() => undefined);
  worker.unref();
  return async ({ data, deadlineMs }) => {
    worker.ref();
    worker.postMessage(data);
    const deadline = AbortSignal.timeout(deadlineMs);
    deadline.addEventListener('abort', () => {
      reject(new Error(`${name} took longer than ${String(deadlineMs)} ms`));
    });
    try {
      return await promise;
    } finally {
      // Its end is not waited for: the answer is there, and a thread that ends disturbs nobody.
      void worker.terminate();
    }
  };
}
