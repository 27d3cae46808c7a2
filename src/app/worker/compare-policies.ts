import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { EpochMs } from '../../domain/instant.ts';
import { formatProblem } from '../../config/problem.ts';
import type { Policy } from '../../domain/policy.ts';
import { openStore } from '../../store/store.ts';
import { comparePolicies } from '../policy-change/compare-policies.ts';
import { readKept } from '../policy-change/kept-policy.ts';
import type { KeptPolicy } from '../policy-change/kept-policy.ts';
import type { ComparePoliciesTask } from './compare-policies-aside.ts';

// The module of a thread: one task in, one message out.
parentPort?.once('message', (task: ComparePoliciesTask) => {
  void compare(task);
});

async function compare({ before, after, storePath, at }: ComparePoliciesTask): Promise<void> {
  const store = await openStore(storePath, { lock: false });
  try {
    parentPort?.postMessage(await comparePolicies(store.loads, read(before, at), read(after, at), at));
  } finally {
    await store.close();
  }
}

function read(kept: KeptPolicy, at: EpochMs): Policy {
  const readFile = (file: string): string => readFileSync(file, 'utf8');
  const loaded = readKept(kept, { env: {}, at, secrets: 'closed', readFile });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatProblem).join('\n'));
  return loaded.policy;
}
