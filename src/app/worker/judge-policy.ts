import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { judgePolicy } from '../../config/load-policy.ts';
import type { JudgePolicyTask } from './load-policy-aside.ts';

// The module of a thread: one task in, one message out.
parentPort?.once('message', ({ path, env, at }: JudgePolicyTask) => {
  parentPort?.postMessage(judgePolicy(path, { env, at, readFile: (file) => readFileSync(file, 'utf8') }));
});
