import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { formatProblem } from '../../config/problem.ts';
import type { Policy } from '../../domain/policy.ts';
import { openStore } from '../../store/store.ts';
import { comparePolicies } from '../policy-change/compare-policies.ts';
import { readKept } from '../policy-change/kept-policy.ts';
import type { KeptPolicy } from '../policy-change/kept-policy.ts';
import type { ComparePoliciesTask } from './compare-policies-aside.ts';

// The module of a thread: one task in, one message out.
const { before, after, storePath, at } = workerData as ComparePoliciesTask;

function read(kept: KeptPolicy): Policy {
  const readFile = (file: string): string => readFileSync(file, 'utf8');
  const loaded = readKept(kept, { env: {}, at, secrets: 'closed', readFile });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatProblem).join('\n'));
  return loaded.policy;
}

const store = await openStore(storePath, { lock: false });
try {
  parentPort?.postMessage(await comparePolicies(store.loads, read(before), read(after), at));
} finally {
  await store.close();
}
