import { readFileSync } from 'node:fs';
import type { LoadedPolicy } from '../config/load-policy.ts';
import { loadPolicy } from '../config/load-policy.ts';
import { formatProblem } from '../config/problem.ts';
import type { SecretUse } from '../config/resolve-secrets.ts';
import type { ClusterPolicy, Policy } from '../domain/policy.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { configPath, EXIT } from './context.ts';
import { fail } from './fail.ts';

/** The policy file as the command line names it, with all that is wrong with it. */
export function loadFor(options: CommonOptions, context: CliContext, secrets: SecretUse = 'read'): LoadedPolicy {
  return loadPolicy(configPath(options, context), {
    env: context.env,
    at: context.clock.now(),
    secrets,
    readFile: (file) => readFileSync(file, 'utf8'),
  });
}

/** The policy for a command that needs nothing else; undefined after an error was said. */
export function readPolicy(
  options: CommonOptions,
  context: CliContext,
  secrets: SecretUse = 'closed',
): Policy | undefined {
  const loaded = loadFor(options, context, secrets);
  if (!loaded.ok) {
    fail(
      context,
      options,
      { code: 'config-invalid', message: loaded.errors.map(formatProblem).join('\n') },
      EXIT.badInput,
    );
    return undefined;
  }
  return onlyCluster(loaded.policy, options, context);
}

/** The policy with the clusters that `--cluster` and `--group` name; undefined after an error was said. */
export function onlyCluster(policy: Policy, options: CommonOptions, context: CliContext): Policy | undefined {
  const { cluster: name, group } = options;
  const named = policy.clusters.filter((cluster) => name === undefined || cluster.name === name);
  if (named.length === 0) {
    const hint = `clusters: ${policy.clusters.map((cluster) => cluster.name).join(', ')}`;
    notFound(`there is no cluster named ${name ?? ''}`, hint, options, context);
    return undefined;
  }
  const clusters = named.filter((cluster) => group === undefined || groupsOf(cluster).includes(group));
  if (clusters.length === 0) {
    const hint = `groups: ${[...new Set(named.flatMap(groupsOf))].join(', ')}`;
    notFound(`there is no node group named ${group ?? ''}`, hint, options, context);
    return undefined;
  }
  return { ...policy, clusters };
}

function groupsOf({ backends, frontend }: ClusterPolicy): readonly string[] {
  return [...backends.map(({ group }) => group), ...(frontend === undefined ? [] : ['observer', 'follower'])];
}

function notFound(message: string, hint: string, options: CommonOptions, context: CliContext): void {
  fail(context, options, { code: 'not-found', message, hint }, EXIT.badInput);
}

export function jsonText(body: object): string {
  return `${JSON.stringify(body, null, 2)}\n`;
}
