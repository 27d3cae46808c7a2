import { openPolicy, openSharedStore } from '../app/open.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { configPath, EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';

/** Runs a command with the policy and its store, which a running daemon may have open as well. */
export async function withStore(
  options: CommonOptions,
  context: CliContext,
  command: (policy: Policy, store: Store) => Promise<void>,
): Promise<void> {
  const policy = openPolicy(configPath(options, context), {
    env: context.env,
    clock: context.clock,
    cluster: options.cluster,
  });
  if (!policy.ok) {
    fail(context, options, policy.error, EXIT.badInput);
    return;
  }
  const store = await openSharedStore(policy.policy);
  if (!store.ok) {
    fail(context, options, store.error);
    return;
  }
  try {
    await command(policy.policy, store.store);
  } finally {
    await store.store.close();
  }
}

/** The one cluster that a change is for; undefined after an error was said. */
export function exactlyOne(
  policy: Policy,
  options: CommonOptions,
  context: CliContext,
): Policy['clusters'][number] | undefined {
  const [only, ...others] = policy.clusters;
  if (only !== undefined && others.length === 0) return only;
  const hint = `add --cluster and one of: ${policy.clusters.map((cluster) => cluster.name).join(', ')}`;
  fail(
    context,
    options,
    { code: 'bad-input', message: 'this changes one cluster, and the policy has several', hint },
    EXIT.badInput,
  );
  return undefined;
}

export function printJson(context: CliContext, body: object): void {
  context.out(`${JSON.stringify(body, null, 2)}\n`);
}
