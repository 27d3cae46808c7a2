import type { Command } from 'commander';
import { decisionBody } from '../app/present/decision.ts';
import { onlyGroup } from '../app/present/only-group.ts';
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
    const message = `--at ${String(options.at)} is no instant`;
    fail(context, options, { code: 'bad-input', message, hint: 'such as 2026-12-01T02:00:00+08:00' }, EXIT.badInput);
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const found = await Promise.all(policy.clusters.map((cluster) => store.records.at(cluster.name, at)));
    const records = found.filter((record) => record !== undefined).map((record) => onlyGroup(record, options.group));
    const [first, ...others] = records;
    if (first === undefined) {
      const when = options.at === undefined ? 'yet' : `at or before ${options.at}`;
      fail(context, options, {
        code: 'not-found',
        message: `no decision is recorded ${when}`,
        hint: 'doris-autoscaler plan shows what would be decided now',
      });
    } else if (options.json === true) {
      // Several clusters have several records; one is printed as it is stored.
      printJson(context, others.length === 0 ? decisionBody(first) : { decisions: records.map(decisionBody) });
    } else {
      for (const record of records) context.out(textOf(record, policy));
    }
  });
}

function textOf(record: DecisionRecord, policy: Policy): string {
  const cluster = policy.clusters.find((each) => each.name === record.cluster);
  return cluster === undefined ? '' : `${explainLines(record, cluster).join('\n')}\n`;
}
