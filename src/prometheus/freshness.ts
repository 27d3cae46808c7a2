import type { EpochMs } from '../domain/instant.ts';
import type { PrometheusClient } from './client.ts';
import type { Labels, Series } from './reply.ts';

/** A gap so long between two samples is a hole. Prometheus's own look-back bridges shorter ones. */
const HOLE_MS = 300_000;
const STEP_MS = 30_000;

export interface SampleTimes {
  readonly labels: Labels;
  /** Newest sample at the instant; undefined = nothing is there now. */
  readonly newestMs: EpochMs | undefined;
  /** The first hole within the look-back. */
  readonly hole: { readonly fromMs: EpochMs; readonly untilMs: EpochMs } | undefined;
}

/** When the samples behind a query were taken, during the look-back before an instant. */
export async function sampleTimes(
  client: PrometheusClient,
  timestampQuery: string,
  request: { readonly at: EpochMs; readonly lookBackMs: number; readonly expectedSeries: number },
): Promise<readonly SampleTimes[]> {
  const steps = Math.max(1, Math.ceil(request.lookBackMs / STEP_MS));
  const from = request.at - steps * STEP_MS;
  const series = await client.range(timestampQuery, {
    from,
    until: request.at,
    stepMs: STEP_MS,
    expectedSeries: request.expectedSeries,
  });
  return series.map((one) => ({
    labels: one.labels,
    newestMs: newest(one, request.at),
    hole: firstHole(one, from, request.at),
  }));
}

function newest(series: Series, at: EpochMs): EpochMs | undefined {
  const last = series.times.length - 1;
  const value = series.values[last];
  return series.times[last] === at && value !== undefined && Number.isFinite(value)
    ? Math.round(value * 1000)
    : undefined;
}

/** The values are sample times in seconds; each step without a value counts as no sample. */
function firstHole(series: Series, from: EpochMs, at: EpochMs): SampleTimes['hole'] {
  let before = from;
  for (const value of series.values) {
    const sampleMs = Math.round(value * 1000);
    if (sampleMs - before > HOLE_MS) return { fromMs: before, untilMs: sampleMs };
    before = Math.max(before, sampleMs);
  }
  return at - before > HOLE_MS ? { fromMs: before, untilMs: at } : undefined;
}
