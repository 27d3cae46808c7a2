import type { Command } from 'commander';
import { statusBody } from '../app/present/status.ts';
import { statusText } from '../app/present/status-text.ts';
import { policyLedger } from '../app/policy-change/ledger.ts';
import { policyChangeBody } from '../app/present/policy-change/change-body.ts';
import { heldText } from '../app/present/policy-change/change-text.ts';
import { storedStatus } from '../app/read-model.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

export function registerStatus(program: Command, context: CliContext): void {
  commonCommand(program, 'status', 'Nodes, window, operation and last decision of every cluster').action(
    (options: CommonOptions) => status(options, context),
  );
}

async function status(options: CommonOptions, context: CliContext): Promise<void> {
  await withStore(options, context, async (policy, store) => {
    const now = context.clock.now();
    const running = await store.locked();
    const change = await policyLedger(store.memory).change();
    const statuses = await Promise.all(
      policy.clusters.map(async (cluster) => ({
        cluster,
        status: await storedStatus(
          store,
          { policy: cluster, revision: policy.revision, group: options.group },
          now,
          running,
        ),
      })),
    );
    if (options.json === true) {
      printJson(context, {
        revision: policy.revision,
        policyChange: change === undefined ? null : policyChangeBody(change),
        clusters: statuses.map(({ status: each }) => statusBody(each)),
      });
    } else {
      if (change !== undefined) context.out(heldText(change));
      for (const each of statuses) context.out(statusText(each.status, each.cluster.windows.timezone, now));
    }
  });
}
