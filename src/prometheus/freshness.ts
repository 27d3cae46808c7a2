import type { EpochMs } from '../domain/instant.ts';
import type { PrometheusClient } from './query/client.ts';
import type { Labels } from './query/reply.ts';

/** A gap so long between two samples is a hole. Prometheus's own look-back bridges shorter ones. */
export const HOLE_MS = 300_000;
/** Samples are looked for so often within `recovery`, hence every 30 s in 10 min; a policy in seconds is judged in seconds. */
const STEPS_OF_RECOVERY = 20;
const LEAST_STEP_MS = 1_000;

/** When one target of a selector was sampled during the look-back. */
export interface SampleTimes {
  readonly labels: Labels;
  /** Distinct sample times, ascending. */
  readonly sampledMs: readonly EpochMs[];
  /** The sample that an instant query sees now; undefined = none, whatever was there before. */
  readonly newestMs: EpochMs | undefined;
}

export interface Hole {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** A hole that began before the last `recovery` and reaches into it is seen whole. */
export function lookBackMs(recoveryMs: number): number {
  const stepMs = stepOf(recoveryMs);
  return Math.ceil((recoveryMs + HOLE_MS) / stepMs) * stepMs;
}

function stepOf(recoveryMs: number): number {
  return Math.max(LEAST_STEP_MS, Math.round(recoveryMs / STEPS_OF_RECOVERY));
}

/** When the samples behind a query of timestamps were taken, read by a range query: no restart of ours forgets any of it. */
export async function sampleTimes(
  client: PrometheusClient,
  timestampQuery: string,
  request: { readonly at: EpochMs; readonly recoveryMs: number; readonly expectedSeries: number },
): Promise<readonly SampleTimes[]> {
  const { at } = request;
  const stepMs = stepOf(request.recoveryMs);
  const series = await client.range(timestampQuery, {
    from: at - lookBackMs(request.recoveryMs),
    until: at,
    stepMs,
    expectedSeries: request.expectedSeries,
  });
  return series.map(({ labels, times, values }) => {
    const sampledMs = [...new Set(Array.from(values, (value) => Math.round(value * 1000)))].toSorted((a, b) => a - b);
    const isThereNow = Math.abs((times.at(-1) ?? Number.NEGATIVE_INFINITY) - at) < stepMs / 2;
    return { labels, sampledMs, newestMs: isThereNow ? sampledMs.at(-1) : undefined };
  });
}

/** The first hole between samples that reaches into the last `recovery`; one before the first sample only if asked for. */
export function holeIn(
  sampledMs: readonly EpochMs[],
  request: { readonly at: EpochMs; readonly recoveryMs: number; readonly leading: boolean },
): Hole | undefined {
  const { at, recoveryMs } = request;
  let before = request.leading ? at - lookBackMs(recoveryMs) : sampledMs[0];
  for (const sample of sampledMs) {
    if (before !== undefined && sample - before > HOLE_MS && sample > at - recoveryMs) {
      return { fromMs: before, untilMs: sample };
    }
    before = sample;
  }
  return undefined;
}
