import type { Command } from 'commander';
import { dryRun } from '../app/dry-run.ts';
import { connectForLooking } from '../app/open.ts';
import { decisionBody } from '../app/present/decision.ts';
import { instantText } from '../app/present/instants.ts';
import { planBody } from '../app/present/plan.ts';
import { planLines } from '../decision/explain/plan-lines.ts';
import type { Policy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { instantOf } from './instant.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

interface PlanOptions extends CommonOptions {
  readonly at?: string;
  readonly stage: string;
}

const STAGES = ['observe', 'decide', 'admit'] as const;

export function registerPlan(program: Command, context: CliContext): void {
  commonCommand(program, 'plan', 'What would be done now, and why; nothing is changed')
    .option('--at <instant>', 'past: the recorded decision; future: with the nodes and the load of today')
    .option('--stage <stage>', 'stop after observe, decide or admit', 'admit')
    .action((options: PlanOptions) => plan(options, context));
}

async function plan(options: PlanOptions, context: CliContext): Promise<void> {
  const stage = STAGES.find((each) => each === options.stage);
  const now = context.clock.now();
  const at = options.at === undefined ? now : instantOf(options.at);
  if (stage === undefined || at === undefined) {
    const message =
      stage === undefined
        ? `--stage ${options.stage} is none of ${STAGES.join(', ')}`
        : `--at ${String(options.at)} is no instant`;
    fail(context, options, { code: 'bad-input', message }, EXIT.badInput);
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const records: DecisionRecord[] = [];
    if (at < now) {
      const found = await Promise.all(policy.clusters.map((cluster) => store.records.at(cluster.name, at)));
      records.push(...found.filter((record) => record !== undefined));
      if (records.length === 0) {
        fail(context, options, { code: 'not-found', message: 'no decision is recorded for that time' });
        return;
      }
    } else {
      const connected = connectForLooking(policy, store, context.clock, context.version);
      try {
        const { revision } = policy;
        for (const [index, cluster] of policy.clusters.entries()) {
          const adapters = connected[index];
          if (adapters === undefined) continue;
          records.push(await dryRun(adapters.ports, { policy: cluster, revision, at: now, decideAt: at, stage }));
        }
      } finally {
        await Promise.all(connected.map((adapters) => adapters.close()));
      }
    }
    if (options.json === true) {
      const clusters =
        stage === 'observe'
          ? records.map((record) => ({ name: record.cluster, observation: decisionBody(record).observation }))
          : records.map(planBody);
      printJson(context, { at: instantText(at), clusters });
      return;
    }
    for (const record of records) context.out(textOf(record, policy, options.group));
  });
}

function textOf(record: DecisionRecord, policy: Policy, group: string | undefined): string {
  const cluster = policy.clusters.find((each) => each.name === record.cluster);
  return cluster === undefined ? '' : `${planLines(record, cluster, group).join('\n')}\n`;
}
