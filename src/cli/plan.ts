import type { Command } from 'commander';
import { dryRun } from '../app/inspect/dry-run.ts';
import { connectForLooking } from '../app/inspect/open.ts';
import { decisionBody } from '../app/present/decision.ts';
import { instantText } from '../app/present/instants.ts';
import { onlyGroup } from '../app/present/only-group.ts';
import { planBody } from '../app/present/plan.ts';
import { loadText } from '../decision/explain/text.ts';
import { planLines } from '../decision/explain/plan-lines.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { Store } from '../store/store.ts';
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
type Stage = (typeof STAGES)[number];

export function registerPlan(program: Command, context: CliContext): void {
  commonCommand(program, 'plan', 'What would be done now, and why; nothing is changed')
    .option('--at <instant>', 'past: the recorded decision; future: with the nodes and the load of today')
    .option('--stage <stage>', 'stop after observe, decide or admit', 'admit')
    .action((options: PlanOptions) => plan(options, context));
}

async function plan(options: PlanOptions, context: CliContext): Promise<void> {
  const stage = STAGES.find((each) => each === options.stage);
  if (stage === undefined) {
    const message = `--stage ${options.stage} is none of ${STAGES.join(', ')}`;
    fail(context, options, { code: 'bad-input', message }, EXIT.badInput);
    return;
  }
  const now = context.clock.now();
  const at = options.at === undefined ? now : instantOf(options.at);
  if (at === undefined) {
    const message = `--at ${String(options.at)} is no instant`;
    fail(context, options, { code: 'bad-input', message, hint: 'such as 2026-12-01T02:00:00+08:00' }, EXIT.badInput);
    return;
  }
  await withStore(
    options,
    context,
    async (policy, store) => {
      const found =
        at < now ? await recorded(policy, store, at) : await planned(policy, store, { now, at, stage }, context);
      if (found.length === 0) {
        fail(context, options, {
          code: 'not-found',
          message: `no decision is recorded at or before ${String(options.at)}`,
          hint: 'doris-autoscaler plan shows what would be decided now',
        });
        return;
      }
      const records = found.map((record) => onlyGroup(record, options.group));
      if (options.json === true) printJson(context, { at: instantText(at), clusters: records.map(bodyFor(stage)) });
      else for (const record of records) context.out(textOf(record, policy, stage));
    },
    at < now ? 'closed' : 'read',
  );
}

async function recorded(policy: Policy, store: Store, at: EpochMs): Promise<readonly DecisionRecord[]> {
  const records = await Promise.all(policy.clusters.map((cluster) => store.records.at(cluster.name, at)));
  return records.filter((record) => record !== undefined);
}

async function planned(
  policy: Policy,
  store: Store,
  { now, at, stage }: { readonly now: EpochMs; readonly at: EpochMs; readonly stage: Stage },
  context: CliContext,
): Promise<readonly DecisionRecord[]> {
  const connected = connectForLooking(policy, store, context.clock, context.version);
  try {
    return await Promise.all(
      connected.map(({ policy: cluster, adapters }) =>
        dryRun(adapters.ports, { policy: cluster, revision: policy.revision, at: now, decideAt: at, stage }),
      ),
    );
  } finally {
    await Promise.all(connected.map(({ adapters }) => adapters.close()));
  }
}

function bodyFor(stage: Stage): (record: DecisionRecord) => object {
  if (stage !== 'observe') return planBody;
  return (record) => ({ name: record.cluster, mode: record.mode, observation: decisionBody(record).observation });
}

function textOf(record: DecisionRecord, policy: Policy, stage: Stage): string {
  const cluster = policy.clusters.find((each) => each.name === record.cluster);
  if (cluster === undefined) return '';
  const lines = stage === 'observe' ? observationLines(record) : planLines(record, cluster);
  return `${lines.join('\n')}\n`;
}

/** What the evaluation would rest on. */
function observationLines({ cluster, observation }: DecisionRecord): readonly string[] {
  const { topology, signals } = observation;
  const nodes = topology.known
    ? `${String(topology.value.frontends.length)} frontends, ${String(topology.value.backends.length)} backends, master ${topology.value.master}`
    : `topology unknown: ${topology.reason}`;
  const readings = signals.flatMap(({ group, readings: each }) =>
    each.map(({ signal, measure, quality, value, reason, ageMs }) => {
      const seen = value === undefined ? reason : loadText(value, signal, measure);
      const age = ageMs === undefined ? '' : `, ${String(Math.round(ageMs / 1000))} s old`;
      return `  be/${group}   ${signal}   ${quality}   ${seen}${age}`;
    }),
  );
  return [`${cluster}   ${nodes}`, ...readings];
}
