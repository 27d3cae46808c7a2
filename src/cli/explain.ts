import type { Command } from 'commander';
import { decisionBody } from '../app/present/decision.ts';
import { explainLines } from '../decision/explain/plan-lines.ts';
import type { Policy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { instantOf } from './instant.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

interface ExplainOptions extends CommonOptions {
  readonly at?: string;
}

export function registerExplain(program: Command, context: CliContext): void {
  commonCommand(program, 'explain', 'Why a decision is what it is: inputs, steps to the number, every guard')
    .option('--at <instant>', 'the decision in force then, e.g. 2026-12-01T02:00:00+08:00')
    .action((options: ExplainOptions) => explain(options, context));
}

async function explain(options: ExplainOptions, context: CliContext): Promise<void> {
  const at = options.at === undefined ? context.clock.now() : instantOf(options.at);
  if (at === undefined) {
    fail(
      context,
      options,
      {
        code: 'bad-input',
        message: `--at ${String(options.at)} is no instant`,
        hint: 'such as 2026-12-01T02:00:00+08:00',
      },
      EXIT.badInput,
    );
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const records: DecisionRecord[] = [];
    for (const cluster of policy.clusters) {
      const record = await store.records.at(cluster.name, at);
      if (record !== undefined) records.push(record);
    }
    if (records.length === 0) {
      fail(context, options, {
        code: 'not-found',
        message: 'no decision is recorded for that time',
        hint: 'doris-autoscaler plan shows what would be decided now',
      });
      return;
    }
    const [first, ...others] = records;
    if (options.json === true)
      printJson(
        context,
        first !== undefined && others.length === 0 ? decisionBody(first) : { decisions: records.map(decisionBody) },
      );
    else for (const record of records) context.out(textOf(record, policy, options.group));
  });
}

function textOf(record: DecisionRecord, policy: Policy, group: string | undefined): string {
  const cluster = policy.clusters.find((each) => each.name === record.cluster);
  return cluster === undefined ? '' : `${explainLines(record, cluster, group).join('\n')}\n`;
}
