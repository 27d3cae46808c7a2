import { openSharedStore } from '../app/inspect/open.ts';
import type { SecretUse } from '../config/resolve-secrets.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { jsonText, readPolicy } from './read-policy.ts';

/**
 * Runs a command with the policy and its store, which a running daemon may have open as well. The store needs no
 * secret: pausing or cancelling works from a shell that has none.
 */
export async function withStore(
  options: CommonOptions,
  context: CliContext,
  command: (policy: Policy, store: Store) => Promise<void>,
  secrets: SecretUse = 'closed',
): Promise<void> {
  const policy = readPolicy(options, context, secrets);
  if (policy === undefined) return;
  const store = await openSharedStore(policy);
  if (!store.ok) {
    fail(context, options, store.error);
    return;
  }
  try {
    await command(policy, store.store);
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

/** False after an error was said: a change of one node group alone is not offered. */
export function forWholeCluster(options: CommonOptions, context: CliContext): boolean {
  if (options.group === undefined) return true;
  const error = { code: 'bad-input', message: 'this is for a whole cluster', hint: 'leave --group out' };
  fail(context, options, error, EXIT.badInput);
  return false;
}

/** Who is kept as the one who ordered it. */
export function operatorOf(context: CliContext): string {
  return context.env['USER'] ?? context.env['LOGNAME'] ?? context.user ?? 'operator';
}

export function printJson(context: CliContext, body: object): void {
  context.out(jsonText(body));
}
