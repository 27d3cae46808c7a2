import type { SyntaxNode } from '@lezer/common';
import type { SimulatedCluster, SimulatedSeries } from '../../cluster.ts';
import { SCRAPE_JOB } from '../hosts/targets.ts';
import { ANSWERED, answeredQuery, sampledSeries } from './answered.ts';
import { aggregation, type Matcher, normalise, parseQuery, QuerySyntaxError, unwrap } from './normalise.ts';

export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A query that is understood: its vector at any instant that is not in the future. */
export type Evaluation = (atMs: number, nowMs: number) => readonly VectorSample[];

export class QueryRefusedError extends Error {
  readonly code = 'simulator-query-refused';
  constructor(message: string) {
    super(message);
    this.name = 'QueryRefusedError';
  }
}

/** Scrapes lie on this grid. */
const SCRAPE_MS = 15_000;
/** Prometheus shows no sample that is older. */
const LOOK_BACK_MS = 300_000;

/** Throws QueryRefusedError for all but the answered queries, timestamp() of their metrics, and aggregations of both. */
export function compileQuery(text: string, cluster: SimulatedCluster, clusterName: string): Evaluation {
  const series = seriesReader(cluster, clusterName);
  let parsed: ReturnType<typeof parseQuery>;
  try {
    parsed = parseQuery(text);
  } catch (error) {
    if (error instanceof QuerySyntaxError) throw new QueryRefusedError(`invalid parameter "query": ${error.message}`);
    throw error;
  }
  const evaluation = compile(parsed.root, parsed.query, series);
  if (evaluation === undefined) throw new QueryRefusedError(refusal(text));
  return evaluation;
}

type SeriesReader = (
  name: SimulatedSeries,
  labels: 'target' | 'instance',
  matchers: readonly Matcher[],
) => (atMs: number, nowMs: number) => readonly (VectorSample & { readonly sampleMs: number })[];

function compile(node: SyntaxNode, query: string, series: SeriesReader): Evaluation | undefined {
  const normal = normalise(node, query);
  const answered = answeredQuery(normal.text);
  if (answered !== undefined) return series(answered.series, answered.labels, normal.targetMatchers);
  const timestamps = compileTimestamp(node, query, series);
  if (timestamps !== undefined) return timestamps;
  const parts = aggregation(node, query);
  const combine = parts === undefined ? undefined : COMBINE[parts.op];
  const operand = parts === undefined ? undefined : compile(parts.operand, query, series);
  if (parts === undefined || combine === undefined || operand === undefined) return undefined;
  return (atMs, nowMs) => aggregate(operand(atMs, nowMs), parts.by ?? [], combine);
}

/** `timestamp(selector)`: seconds of the newest sample. */
function compileTimestamp(node: SyntaxNode, query: string, series: SeriesReader): Evaluation | undefined {
  if (node.name !== 'FunctionCall' || node.firstChild?.firstChild?.name !== 'Timestamp') return undefined;
  const operand = node.getChild('FunctionCallBody')?.firstChild;
  if (operand === null || operand === undefined || unwrap(operand).name !== 'VectorSelector') return undefined;
  const selector = normalise(operand, query);
  const name = sampledSeries(selector.text);
  if (name === undefined) return undefined;
  const read = series(name, 'target', selector.targetMatchers);
  return (atMs, nowMs) => read(atMs, nowMs).map(({ labels, sampleMs }) => ({ labels, value: sampleMs / 1000 }));
}

const COMBINE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((total, value) => total + value, 0),
  avg: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};

const NO_LABELS: VectorSample['labels'] = {};

function aggregate(
  samples: readonly VectorSample[],
  by: readonly string[],
  combine: (values: readonly number[]) => number,
): readonly VectorSample[] {
  // Four weeks of history ask for this tens of thousands of times.
  if (by.length === 0) {
    return samples.length === 0 ? [] : [{ labels: NO_LABELS, value: combine(samples.map(({ value }) => value)) }];
  }
  const groups = new Map<string, { readonly labels: VectorSample['labels']; readonly values: number[] }>();
  for (const { labels, value } of samples) {
    const kept = Object.fromEntries(by.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
    const key = JSON.stringify(kept);
    const group = groups.get(key) ?? { labels: kept, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: combine(values) }));
}

/** Values as scrapes every 15 s would have kept them. */
function seriesReader(cluster: SimulatedCluster, clusterName: string): SeriesReader {
  return (name, labels, matchers) => {
    const group = name.startsWith('fe_') ? 'fe' : 'be';
    const known = new Map<string, { readonly labels: VectorSample['labels']; readonly chosen: boolean }>();
    const target = (instance: string): { readonly labels: VectorSample['labels']; readonly chosen: boolean } => {
      const cached = known.get(instance);
      if (cached !== undefined) return cached;
      const all = { cluster: clusterName, group, instance, job: SCRAPE_JOB };
      const found = {
        labels: labels === 'instance' ? { instance } : all,
        chosen: matchers.every((matcher) => matches(matcher, all)),
      };
      known.set(instance, found);
      return found;
    };
    return (atMs, nowMs) => {
      const sampleMs = Math.floor(Math.min(atMs, nowMs) / SCRAPE_MS) * SCRAPE_MS;
      if (atMs - sampleMs >= LOOK_BACK_MS) return [];
      return cluster.series(name, sampleMs).flatMap(({ host, httpPort, value }) => {
        const found = target(`${host}:${String(httpPort)}`);
        return found.chosen ? [{ labels: found.labels, value, sampleMs }] : [];
      });
    };
  };
}

function matches({ name, op, value }: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const actual = labels[name] ?? '';
  switch (op) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`).test(actual);
    default:
      return !new RegExp(`^(?:${value})$`).test(actual);
  }
}

function refusal(text: string): string {
  const known = ANSWERED.map(({ query }) => `  ${query}`).join('\n');
  return `the simulator does not answer ${text}\nIt answers only the preset queries, timestamp() of their metrics, and sum, avg, min, max and count of these:\n${known}\nFor any other query let a Prometheus scrape the simulator (scrapeTargets).`;
}
