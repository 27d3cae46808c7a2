import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Runs one module of this folder in a thread of its own and resolves with the one message that it posts. The module is
 * named without its extension: it is `.ts` where sources run and `.js` in `dist`.
 *
 * @throws when the module throws, ends without a message, or takes longer than the deadline
 */
export async function runInWorker<Result>(
  name: 'judge-policy' | 'compare-policies' | 'read-trace' | 'baselines',
  { data, deadlineMs }: { readonly data: unknown; readonly deadlineMs: number },
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  // Options of this process, such as --import, are not the worker's.
  const worker = new Worker(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), {
    workerData: data,
    execArgv: [],
  });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => {
    reject(new Error(`${name} ended without an answer`));
  });
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
}
