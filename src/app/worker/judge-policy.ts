import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { judgePolicy } from '../../config/load-policy.ts';
import type { JudgePolicyTask } from './load-policy-aside.ts';

// The module of a thread: one task in, one message out.
const { path, env, at } = workerData as JudgePolicyTask;
parentPort?.postMessage(judgePolicy(path, { env, at, readFile: (file) => readFileSync(file, 'utf8') }));
