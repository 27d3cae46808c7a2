import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { csvTrace } from '../app/backtest/csv-trace.ts';
import { connectForLooking } from '../app/inspect/open.ts';
import { instantText } from '../app/present/instants.ts';
import { problemText } from '../app/present/backtest/problem-text.ts';
import { missingText, warningText } from '../app/suggest/evidence-text.ts';
import { gatherAsked, gatheredGroup, gatherStored } from '../app/suggest/gather.ts';
import type { Gathered, GatheredGroup } from '../app/suggest/gather.ts';
import { suggestedFile } from '../app/suggest/policy-file.ts';
import type { SuggestedCluster } from '../app/suggest/policy-file.ts';
import { expectedSaving } from '../app/suggest/saving.ts';
import { suggestBody } from '../app/suggest/suggest-body.ts';
import { unseenText } from '../app/suggest/unseen-text.ts';
import { feedsOf } from '../backtest/live/feeds.ts';
import { MINUTE_MS } from '../backtest/trace/trace.ts';
import { loadPolicy } from '../config/load-policy.ts';
import { DURATION_PATTERN, durationMs } from '../config/parse-units.ts';
import { policyWords } from '../config/policy-words.ts';
import { formatProblem } from '../config/problem.ts';
import { nodesText } from '../decision/explain/text.ts';
import { suggestPolicy } from '../decision/suggest/suggest.ts';
import { formatLocal } from '../decision/windows/local-time.ts';
import type { EpochMs, Interval } from '../domain/instant.ts';
import type { ClusterPolicy, Policy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { commonCommand } from './common-command.ts';
import { configPath, EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { jsonText, readPolicy } from './read-policy.ts';
import { withStore } from './with-store.ts';

interface SuggestOptions extends CommonOptions {
  readonly since: string;
  readonly trace?: string;
}

const DAY_MS = 86_400_000;
const LEAST_MS = 14 * DAY_MS;
const MOST_MS = 56 * DAY_MS;
/** No policy may name more. */
const MOST_NODES = 10_000;

/** What is known of a cluster, by the time at which it ends. */
interface Known extends Gathered {
  readonly cluster: ClusterPolicy;
  readonly range: Interval;
}

export function registerSuggest(program: Command, context: CliContext): void {
  commonCommand(
    program,
    'suggest',
    'Windows, min and max that the load of the past speaks for, as a policy to observe with',
  )
    .option('--since <duration>', 'how much of the past, 14d to 56d', '28d')
    .option('--trace <csv>', 'the load from a file instead: a time and one column per signal, or one column load')
    .action((options: SuggestOptions) => suggest(options, context));
}

async function suggest(options: SuggestOptions, context: CliContext): Promise<void> {
  const sinceMs = DURATION_PATTERN.test(options.since) ? durationMs(options.since) : 0;
  if (sinceMs < LEAST_MS || sinceMs > MOST_MS) {
    const message = `--since ${options.since} is not between 14d and 56d`;
    fail(context, options, { code: 'bad-input', message, hint: 'such as 28d' }, EXIT.badInput);
    return;
  }
  if (options.trace !== undefined) {
    const policy = readPolicy(options, context);
    const known = policy === undefined ? undefined : ofTrace(options.trace, policy, sinceMs, options, context);
    if (known !== undefined) report([known], options, context);
    return;
  }
  const endMs = context.clock.now();
  const range = { startMs: endMs - sinceMs, endMs };
  await withStore(options, context, async (policy, store) => {
    const stored = await Promise.all(
      policy.clusters.map(async (cluster) => ({
        cluster,
        range,
        ...(await gatherStored(store, cluster, groupsOf(cluster, options), range)),
      })),
    );
    const short = stored.filter((known) => !suggestOf(known).ok).map(({ cluster }) => cluster.name);
    if (short.length === 0) {
      report(stored, options, context);
      return;
    }
    const asked = await ask(short, store, range, options, context);
    if (asked === undefined) return;
    const known = stored.map((own) =>
      more(
        own,
        asked.find(({ cluster }) => cluster.name === own.cluster.name),
      ),
    );
    report(known, options, context);
  });
}

/** What Prometheus knows besides; undefined after an error was said. */
async function ask(
  names: readonly string[],
  store: Store,
  range: Interval,
  options: SuggestOptions,
  context: CliContext,
): Promise<readonly Known[] | undefined> {
  const policy = readPolicy(options, context, 'read');
  if (policy === undefined) return undefined;
  const clusters = policy.clusters.filter(({ name }) => names.includes(name));
  const connected = connectForLooking({ ...policy, clusters }, store, context.clock, context.version);
  try {
    return await Promise.all(
      connected.map(async ({ policy: cluster, adapters }) => ({
        cluster,
        range,
        ...(await gatherAsked(adapters.ports, cluster, groupsOf(cluster, options), range)),
      })),
    );
  } finally {
    await Promise.all(connected.map(({ adapters }) => adapters.close()));
  }
}

/** Of each group the longer load; nodes and disks as they were seen last. */
function more(stored: Known, asked: Known | undefined): Known {
  if (asked === undefined) return stored;
  const groups = stored.groups.map((own) => {
    const other = asked.groups.find(({ group }) => group.group === own.group.group);
    if (other === undefined) return own;
    const longer = other.trace.minutes >= own.trace.minutes ? other : own;
    return { ...longer, present: other.present ?? own.present, diskNodes: other.diskNodes ?? own.diskNodes };
  });
  return { ...stored, groups, problems: asked.problems };
}

function ofTrace(
  file: string,
  policy: Policy,
  sinceMs: number,
  options: SuggestOptions,
  context: CliContext,
): Known | undefined {
  const refuse = (message: string, hint: string): undefined => {
    fail(context, options, { code: 'bad-input', message, hint }, EXIT.badInput);
  };
  const [cluster, ...others] = policy.clusters;
  if (cluster === undefined || others.length > 0)
    return refuse('a trace is of one cluster, and the policy has several', '--cluster NAME says which');
  const [group, ...rest] = groupsOf(cluster, options);
  if (group === undefined || rest.length > 0)
    return refuse(
      'a trace is of one group of backends',
      `--group and one of: ${cluster.backends.map((each) => each.group).join(', ')}`,
    );
  const read = csvTrace(file);
  const fed = read.ok ? feedsOf(read.trace, group) : read;
  if (!read.ok || !fed.ok) {
    if (!fed.ok) fail(context, options, { code: 'trace-invalid', message: problemText(fed.problem) }, EXIT.badInput);
    return undefined;
  }
  const endMs = read.trace.startMs + read.trace.minutes * MINUTE_MS;
  const groups = [gatheredGroup(group, lastOf(read.trace, sinceMs), undefined, undefined)];
  return { cluster, groups, problems: [], range: { startMs: endMs - sinceMs, endMs } };
}

function lastOf(trace: GatheredGroup['trace'], sinceMs: number): GatheredGroup['trace'] {
  const minutes = Math.min(trace.minutes, Math.floor(sinceMs / MINUTE_MS));
  const dropped = trace.minutes - minutes;
  return {
    ...trace,
    startMs: trace.startMs + dropped * MINUTE_MS,
    minutes,
    columns: trace.columns.map((column) => ({ ...column, values: column.values.subarray(dropped) })),
  };
}

function groupsOf({ backends }: ClusterPolicy, { group }: SuggestOptions) {
  return backends.filter((each) => group === undefined || each.group === group);
}

function suggestOf({ cluster, groups, range }: Known) {
  return suggestPolicy({ cluster, groups, until: range.endMs });
}

function report(known: readonly Known[], options: SuggestOptions, context: CliContext): void {
  const missing: string[] = [];
  const suggested: SuggestedCluster[] = [];
  for (const each of known) {
    const { cluster, groups } = each;
    const { name, windows } = cluster;
    const found = suggestOf(each);
    if (!found.ok) {
      missing.push(...found.missing.map((one) => missingText(name, one, windows.timezone)), ...each.problems);
      continue;
    }
    const { suggestion } = found;
    const absurd = suggestion.groups.find(({ bounds }) => bounds.max > MOST_NODES);
    if (absurd !== undefined) {
      const { group, bounds } = absurd;
      const message = `${name} be/${group.group}: its highest load would need ${nodesText(Math.ceil(bounds.highestNodes))}`;
      const hint = 'a signal with target counts wholly busy backends (8 at 50 % are 4), one with perNode its own unit';
      fail(context, options, { code: 'bad-input', message, hint }, EXIT.badInput);
      return;
    }
    const withSavings = suggestion.groups.flatMap((sized) => {
      const gathered = groups.find(({ group }) => group === sized.group);
      if (gathered === undefined) return [];
      const group = { ...gathered, ...sized };
      return [{ ...group, saving: expectedSaving(cluster, suggestion.windows, group) }];
    });
    const unseen = cluster.backends
      .map(({ group }) => group)
      .filter((group) => !groups.some((own) => own.group.group === group));
    suggested.push({ name, timezone: windows.timezone, unseen, suggestion: { ...suggestion, groups: withSavings } });
  }
  if (missing.length > 0 || suggested.length === 0) {
    const message = missing.length > 0 ? missing.join('\n') : 'no group of backends is there to suggest for';
    const hint = 'run it in observe until then, or let Prometheus keep two weeks; doctor shows what cannot be read';
    fail(context, options, { code: 'not-found', message, hint });
    return;
  }
  print(suggested, known, options, context);
}

function print(
  suggested: readonly SuggestedCluster[],
  known: readonly Known[],
  options: SuggestOptions,
  context: CliContext,
): void {
  const warnings = suggested.flatMap((cluster) => [
    ...cluster.suggestion.warnings.map((warning) => warningText(cluster.name, warning, cluster.timezone)),
    ...[unseenText(cluster)].filter((text) => text !== undefined),
  ]);
  const reader = { readFile: (file: string) => readFileSync(file, 'utf8') };
  const words = policyWords(configPath(options, context), reader);
  const text = suggestedFile(words, suggested, [...headOf(known), ...warnings.map((line) => `WARNING ${line}`)]);
  const judged = loadPolicy('suggested.yaml', {
    env: context.env,
    at: context.clock.now(),
    secrets: 'closed',
    listFolder: () => undefined,
    readFile: () => text,
  });
  if (!judged.ok) {
    const message = `what is suggested does not fit the rest of the policy:\n${judged.errors.map(formatProblem).join('\n')}`;
    fail(context, options, { code: 'config-invalid', message, hint: 'change those lines in the policy first' });
    return;
  }
  if (options.json === true) {
    const [first] = known;
    const since = instantText(first === undefined ? undefined : sinceOf(first));
    const until = instantText(first?.range.endMs);
    context.out(jsonText({ since, until, clusters: suggested.map(suggestBody), policy: text }));
    return;
  }
  for (const line of warnings) context.err(`warning: ${line}\n`);
  context.out(text);
}

/** What was asked for may begin before any load that is known. */
function sinceOf({ groups, range }: Known): EpochMs {
  return Math.max(range.startMs, Math.min(...groups.map(({ trace }) => trace.startMs)));
}

function headOf(known: readonly Known[]): readonly string[] {
  const spans = known.map((each) => {
    const { cluster, range } = each;
    const zone = cluster.windows.timezone;
    return `${cluster.name}: by the load from ${formatLocal(sinceOf(each), zone)} to ${formatLocal(range.endMs, zone)} (${zone})`;
  });
  return [...spans, 'It only observes: look at its plans for some days, then write mode: act.'];
}
