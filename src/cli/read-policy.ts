import { readFileSync } from 'node:fs';
import type { LoadedPolicy } from '../config/load-policy.ts';
import { loadPolicy } from '../config/load-policy.ts';
import { formatProblem } from '../config/problem.ts';
import type { Policy } from '../domain/policy.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { configPath, EXIT } from './context.ts';
import { fail } from './fail.ts';

/** The policy file as the command line names it, with all that is wrong with it. */
export function loadFor(options: CommonOptions, context: CliContext): LoadedPolicy {
  return loadPolicy(configPath(options, context), {
    env: context.env,
    at: context.clock.now(),
    readFile: (file) => readFileSync(file, 'utf8'),
  });
}

/** The policy for a command that needs nothing else; undefined after an error was said. */
export function readPolicy(options: CommonOptions, context: CliContext): Policy | undefined {
  const loaded = loadFor(options, context);
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

/** The policy with the cluster of `--cluster` alone; undefined after an error was said. */
export function onlyCluster(policy: Policy, options: CommonOptions, context: CliContext): Policy | undefined {
  if (options.cluster === undefined) return policy;
  const clusters = policy.clusters.filter((cluster) => cluster.name === options.cluster);
  if (clusters.length > 0) return { ...policy, clusters };
  const hint = `clusters: ${policy.clusters.map((cluster) => cluster.name).join(', ')}`;
  fail(
    context,
    options,
    { code: 'not-found', message: `there is no cluster named ${options.cluster}`, hint },
    EXIT.badInput,
  );
  return undefined;
}

export function jsonText(body: object): string {
  return `${JSON.stringify(body, null, 2)}\n`;
}
