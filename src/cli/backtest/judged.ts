import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { ClusterPolicy, Policy } from '../../domain/policy.ts';
import type { CliContext } from '../context.ts';
import { instantOf } from '../instant.ts';
import type { BacktestOptions } from './options.ts';
import { refuse } from './options.ts';

const MOST_NODES = 10_000;

/** What is replayed, and from where on it is judged. */
export interface Judged {
  readonly cluster: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly fromMs: number | undefined;
  readonly start: number | undefined;
}

/** The one group that is replayed; undefined after an error was said. */
export function judgedOf(policy: Policy, options: BacktestOptions, context: CliContext): Judged | undefined {
  const [cluster, ...more] = policy.clusters;
  if (cluster === undefined || more.length > 0) {
    const names = policy.clusters.map(({ name }) => name).join(', ');
    return refuse(
      options,
      context,
      'one cluster is replayed, and the policy has several',
      `--cluster and one of: ${names}`,
    );
  }
  const groups = cluster.backends.filter(({ group }) => options.group === undefined || group === options.group);
  const [group, ...others] = groups;
  if (group === undefined || others.length > 0) {
    const names = cluster.backends.map((each) => each.group).join(', ');
    const message =
      group === undefined
        ? 'frontends have no load of their own'
        : 'one group is replayed, and the cluster has several';
    return refuse(options, context, message, `--group and one of: ${names}`);
  }
  const fromMs = options.from === undefined ? undefined : instantOf(options.from);
  if (options.from !== undefined && fromMs === undefined)
    return refuse(options, context, `--from ${options.from} is no instant`, 'such as 2026-12-01T00:00:00+08:00');
  const start = options.start === undefined ? undefined : Number(options.start);
  const isNodes = start === undefined || (/^[0-9]+$/.test(options.start ?? '') && start >= 1 && start <= MOST_NODES);
  if (!isNodes)
    return refuse(
      options,
      context,
      `--start ${String(options.start)} is no number of nodes`,
      `1 to ${String(MOST_NODES)}`,
    );
  return { cluster, group, fromMs, start };
}
