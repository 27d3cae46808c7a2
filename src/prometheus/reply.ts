import { PrometheusError } from './errors.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Series {
  readonly labels: Labels;
  /** Epoch milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Instant vectors and scalars of `/api/v1/query`. A warning makes the answer unusable: it is partial. */
export function parseInstant(body: string): readonly Sample[] {
  const data = parseData(body);
  if (data.resultType === 'scalar') return [{ labels: {}, value: pair(data.result).value }];
  if (data.resultType !== 'vector') throw bad(`the result is a ${data.resultType}, not a vector`);
  return list(data.result).map((entry) => ({ labels: labelsOf(entry), value: pair(entry['value']).value }));
}

/** Matrices of `/api/v1/query_range`. */
export function parseRange(body: string): readonly Series[] {
  const data = parseData(body);
  if (data.resultType !== 'matrix') throw bad(`the result is a ${data.resultType}, not a matrix`);
  return list(data.result).map((entry) => {
    const points = Array.isArray(entry['values']) ? entry['values'].map(pair) : [];
    return {
      labels: labelsOf(entry),
      times: points.map((point) => point.timeMs),
      values: points.map((point) => point.value),
    };
  });
}

function parseData(body: string): { readonly resultType: string; readonly result: unknown } {
  const reply = record(parseJson(body));
  if (reply['status'] !== 'success') {
    throw new PrometheusError(
      'prometheus-bad-query',
      `Prometheus refused the query: ${typeof reply['error'] === 'string' ? reply['error'] : 'no reason given'}`,
    );
  }
  const warnings = reply['warnings'];
  if (Array.isArray(warnings) && warnings.length > 0) throw bad(`Prometheus warns: ${warnings.map(String).join('; ')}`);
  const data = record(reply['data']);
  return { resultType: String(data['resultType']), result: data['result'] };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PrometheusError('prometheus-bad-answer', `the answer is no JSON: ${body.slice(0, 80)}`, { cause });
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('an object was expected');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw bad('a list of series was expected');
  return value.map(record);
}

function labelsOf(entry: Readonly<Record<string, unknown>>): Labels {
  return Object.fromEntries(Object.entries(record(entry['metric'])).map(([name, value]) => [name, String(value)]));
}

/** `[seconds, "text"]`; +Inf, -Inf and NaN are texts too. */
function pair(value: unknown): { readonly timeMs: number; readonly value: number } {
  if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'string')
    throw bad('a sample was expected');
  return { timeMs: Math.round(value[0] * 1000), value: numberOf(value[1]) };
}

function numberOf(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function bad(message: string): PrometheusError {
  return new PrometheusError('prometheus-bad-answer', message);
}
