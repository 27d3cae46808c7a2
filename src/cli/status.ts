import type { Command } from 'commander';
import { operationText } from '../app/present/operation-text.ts';
import { statusBody } from '../app/present/status.ts';
import { clusterStatus } from '../app/read-model.ts';
import { formatLocal } from '../decision/windows/local-time.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { ClusterStatus } from '../domain/status.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { table } from './table.ts';
import { printJson, withStore } from './with-store.ts';

export function registerStatus(program: Command, context: CliContext): void {
  commonCommand(program, 'status', 'Nodes, window, operation and last decision of every cluster').action(
    (options: CommonOptions) =>
      withStore(options, context, async (policy, store) => {
        const now = context.clock.now();
        const statuses = await Promise.all(
          policy.clusters.map(async (cluster) => ({
            cluster,
            status: await clusterStatus(store, cluster, now, {
              leader: await store.locked(),
              forcedObserve: undefined,
            }),
          })),
        );
        if (options.json === true) printJson(context, { clusters: statuses.map(({ status }) => statusBody(status)) });
        else for (const { cluster, status } of statuses) context.out(text(cluster, status, now));
      }),
  );
}

function text(cluster: ClusterPolicy, status: ClusterStatus, now: number): string {
  const local = (at: number): string => formatLocal(at, cluster.windows.timezone, now);
  const { open, nextChange } = status.windows;
  const window =
    open === undefined
      ? nextChange === undefined
        ? 'no window ahead'
        : `next window ${local(nextChange)}`
      : `window ${open.names.join(' + ')} until ${local(open.endMs)}`;
  const record = status.lastDecision;
  const decisions = record?.groups.map((group) => [
    `  ${group.role}/${group.group}`,
    group.current === undefined ? '?' : String(group.current),
    group.action,
    group.reasons.join(' '),
  ]);
  return [
    `${status.name}   ${status.mode}   ${window}${status.leader ? '' : '   no daemon runs'}\n`,
    ...(decisions === undefined
      ? ['  not evaluated yet\n']
      : [table(decisions), `  evaluated ${local(record?.at ?? now)}\n`]),
    ...status.pauses.map((pause) => `  paused (${pause.direction}) by ${pause.by}: ${pause.reason}\n`),
    ...(status.operation === undefined ? [] : [operationText(status.operation, cluster.windows.timezone, now)]),
  ].join('');
}
