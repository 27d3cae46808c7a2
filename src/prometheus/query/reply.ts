import { badAnswer, PrometheusError } from './errors.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/**
 * Remarks on a query that leave its answer whole. Prometheus 2.48 to 2.53 lists them among the warnings, for instance that
 * `doris_be_cpu` does not end in `_total`; later ones have a list of their own for them.
 */
const REMARK = /^PromQL info:/;

/** Instant vectors and scalars of `/api/v1/query`. Throws PrometheusError for anything else. */
export function parseInstant(body: string): readonly Sample[] {
  const data = envelope(body);
  if (data.resultType === 'scalar') return [{ labels: {}, value: sampleValue(data.result) }];
  if (data.resultType !== 'vector') throw badAnswer(`the result is a ${data.resultType}, not a vector`);
  return list(data.result).map((entry) => ({ labels: labelsOf(entry), value: sampleValue(entry['value']) }));
}

/** What every answer wraps its result in. A warning makes the answer unusable: it is partial. */
export function envelope(body: string): { readonly resultType: string; readonly result: unknown } {
  const reply = record(parseJson(body));
  if (reply['status'] !== 'success') throw refusal(reply);
  const warnings = Array.isArray(reply['warnings']) ? reply['warnings'].map(textOf) : [];
  const partial = warnings.filter((warning) => !REMARK.test(warning));
  if (partial.length > 0) throw badAnswer(`Prometheus warns: ${partial.join('; ')}`);
  const data = record(reply['data']);
  return { resultType: textOf(data['resultType']), result: data['result'] };
}

/** The reason that Prometheus itself gives with HTTP 400, 422, 500 and 503; undefined = the body is none of its own. */
export function refusalIn(body: string): PrometheusError | undefined {
  try {
    const reply: unknown = JSON.parse(body);
    return isRecord(reply) && reply['status'] === 'error' ? refusal(reply) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(reply: Readonly<Record<string, unknown>>): PrometheusError {
  const reason = typeof reply['error'] === 'string' ? reply['error'] : 'no reason given';
  return reply['errorType'] === 'bad_data'
    ? new PrometheusError('prometheus-bad-query', `Prometheus refused the query: ${reason}`)
    : badAnswer(`Prometheus could not answer: ${reason}`);
}

export function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw badAnswer('a list of series was expected');
  return value.map(record);
}

export function labelsOf(entry: Readonly<Record<string, unknown>>): Labels {
  return Object.fromEntries(Object.entries(record(entry['metric'])).map(([name, value]) => [name, textOf(value)]));
}

/** String() throws for an object whose toString is none. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw badAnswer(`the answer is no JSON: ${JSON.stringify(body.slice(0, 80))}`, cause);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw badAnswer('an object was expected');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `[seconds, "text"]`; +Inf, -Inf and NaN are texts too. */
function sampleValue(value: unknown): number {
  if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'string') {
    throw badAnswer('a sample was expected');
  }
  const text = value[1];
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text.trim() === '' ? Number.NaN : Number(text);
}
