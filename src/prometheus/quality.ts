import type { EpochMs } from '../domain/instant.ts';
import type { PrometheusPolicy } from '../domain/policy.ts';
import type { SignalQuality, SignalReading } from '../domain/signal.ts';
import { holeIn } from './freshness.ts';
import type { Hole, SampleTimes } from './freshness.ts';
import { backendsOf, describe, frontendsOf, matchNodes } from './match-nodes.ts';
import { span } from './history/span.ts';
import { knownNodes, wantedNodes } from './values.ts';
import type { ValueRequest, Values } from './values.ts';

/** Sample times of every selector of a query, in lists of alternatives. */
export type SelectorTimes = readonly (readonly (readonly SampleTimes[])[])[];

type Verdict = Pick<SignalReading, 'quality' | 'reason' | 'sampleAt' | 'ageMs'>;

/** What is wrong with the values first, then with the samples behind them: none, too old, a hole. */
export function qualityOf(
  values: Values,
  times: SelectorTimes,
  request: ValueRequest & { readonly at: EpochMs },
): Verdict {
  const { at, policy, queries } = request;
  const { maxAgeMs, recoveryMs } = policy.prometheus;
  const behind = times.map((alternatives) => alternatives.map((series) => ownTimes(series, request)));
  const flat = behind.flat(2);
  const oldest = flat
    .filter((one): one is SampleTimes & { newestMs: EpochMs } => one.newestMs !== undefined)
    .toSorted((a, b) => a.newestMs - b.newestMs)[0];
  const sampleAt = oldest?.newestMs;
  const ageMs = sampleAt === undefined ? undefined : Math.max(0, at - sampleAt);
  const verdict = (quality: SignalQuality, reason: string): Verdict => ({ quality, reason, sampleAt, ageMs });

  if (values.problem !== undefined) return verdict('missing', values.problem);
  const isBacked = (alternatives: readonly (readonly SampleTimes[])[]): boolean =>
    alternatives.some((series) => series.some((one) => one.newestMs !== undefined));
  if (oldest === undefined || ageMs === undefined || !behind.every(isBacked)) {
    return verdict('missing', 'no sample lies behind the value');
  }
  if (ageMs > maxAgeMs) {
    const whose = nameOf(oldest, policy.prometheus);
    return verdict('stale', `the newest sample${whose} is ${span(ageMs)} old (maxAge ${span(maxAgeMs)})`);
  }
  const lost = queries.per === 'node' ? undefined : flat.find((one) => isLost(one, request));
  const lastMs = lost?.sampledMs.at(-1);
  if (lost !== undefined && lastMs !== undefined) {
    const reason = `no sample${nameOf(lost, policy.prometheus)} for ${span(at - lastMs)}: its target does not answer`;
    return { quality: 'stale', reason, sampleAt: lastMs, ageMs: at - lastMs };
  }
  const hole = queries.per === 'node' ? holeOfNodes(flat, request) : holeOfQuery(behind, request);
  if (hole === undefined) return verdict('ok', '');
  const length = span(hole.untilMs - hole.fromMs);
  return verdict('recovering', `no sample${hole.whose} for ${length} within the last ${span(recoveryMs)}`);
}

/** A preset is judged by the nodes that it speaks for; of another group's node it knows nothing. */
function ownTimes(series: readonly SampleTimes[], request: ValueRequest): readonly SampleTimes[] {
  if (request.queries.per !== 'node') return series;
  const matched = matchNodes(series, knownNodes(request), request.policy.prometheus).nodes;
  return wantedNodes(request).flatMap((node) => matched.get(node.address) ?? []);
}

function holeOfNodes(
  series: readonly SampleTimes[],
  { at, policy: { prometheus } }: ValueRequest & { readonly at: EpochMs },
): (Hole & { readonly whose: string }) | undefined {
  for (const one of series) {
    const hole = holeIn(one.sampledMs, { at, recoveryMs: prometheus.recoveryMs, leading: true });
    if (hole !== undefined) return { ...hole, whose: nameOf(one, prometheus) };
  }
  return undefined;
}

/**
 * The targets of an operator's query come and go with their names: a target that is new is no hole as long as others were
 * sampled before it, one that was away for a while is.
 */
function holeOfQuery(
  behind: SelectorTimes,
  { at, policy: { prometheus } }: ValueRequest & { readonly at: EpochMs },
): (Hole & { readonly whose: string }) | undefined {
  const { recoveryMs } = prometheus;
  for (const alternatives of behind) {
    const series = alternatives.flat();
    for (const one of series) {
      const hole = holeIn(one.sampledMs, { at, recoveryMs, leading: false });
      if (hole !== undefined) return { ...hole, whose: nameOf(one, prometheus) };
    }
    const together = series.flatMap((one) => one.sampledMs).toSorted((a, b) => a - b);
    const hole = holeIn(together, { at, recoveryMs, leading: true });
    if (hole !== undefined) return { ...hole, whose: '' };
  }
  return undefined;
}

/** A target of a node of this cluster fell silent; of one that left nothing is expected. */
function isLost(one: SampleTimes, { topology, policy }: ValueRequest): boolean {
  if (one.newestMs !== undefined) return false;
  return matchNodes([one], [...backendsOf(topology), ...frontendsOf(topology)], policy.prometheus).nodes.size > 0;
}

function nameOf(one: SampleTimes, policy: PrometheusPolicy): string {
  if (Object.keys(one.labels).length === 0) return '';
  return ` of ${one.labels[policy.instanceLabel] ?? describe(one.labels)}`;
}
