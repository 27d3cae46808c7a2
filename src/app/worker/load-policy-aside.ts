import type { JudgedPolicy, LoadDeps, LoadedPolicy } from '../../config/load-policy.ts';
import { takeOver } from '../../config/load-policy.ts';
import { runInWorker } from './run-in-worker.ts';

export type JudgePolicyTask = { readonly path: string } & Pick<LoadDeps, 'env' | 'at'>;

const DEADLINE_MS = 60_000;

/**
 * loadPolicy in a thread of its own, so that a daemon of many clusters goes on answering meanwhile: a second for 100
 * clusters. What fails in it is a problem of the file.
 */
export async function loadPolicyAside(task: JudgePolicyTask): Promise<LoadedPolicy> {
  try {
    return takeOver(await runInWorker<JudgedPolicy>('judge-policy', { data: task, deadlineMs: DEADLINE_MS }));
  } catch (error) {
    const message = `this could not be judged: ${error instanceof Error ? error.message : String(error)}`;
    const problem = { file: task.path, line: 1, column: 1, path: '', message, hint: '' };
    return { ok: false, errors: [problem], warnings: [], sources: [] };
  }
}
