import type { EpochMs } from '../../domain/instant.ts';
import type { JsonValue } from '../../domain/operation.ts';

/** One reading of a leaving backend. */
export interface DrainSample {
  readonly at: EpochMs;
  readonly tablets: number;
  readonly bytes: number;
}

const MOST = 48;
/** How far back the pace of now is told from. */
const RECENT_MS = 3_600_000;
const LEAST_RECENT = 8;

/** The samples kept in the step's data: they outlive the process. What has another form is no sample. */
export function samplesIn(data: Readonly<Record<string, JsonValue>>): readonly DrainSample[] {
  const kept = data['samples'];
  if (!Array.isArray(kept)) return [];
  const found: DrainSample[] = [];
  for (const each of kept as readonly JsonValue[]) {
    if (!Array.isArray(each)) continue;
    const [at, tablets, bytes] = each as readonly JsonValue[];
    if (typeof at === 'number' && typeof tablets === 'number' && typeof bytes === 'number')
      found.push({ at, tablets, bytes });
  }
  return found;
}

/** With one more, and at most 48: beyond them every second of the older half goes, so that old times are told coarsely. */
export function keepSample(samples: readonly DrainSample[], sample: DrainSample): JsonValue {
  const all = [...samples, sample];
  const half = Math.floor(all.length / 2);
  const kept = all.length <= MOST ? all : all.filter((_, index) => index >= half || index % 2 === 0);
  return kept.map(({ at, tablets, bytes }) => [at, tablets, bytes]);
}

/** Those that tell the pace of now: the last hour, or the last eight where they lie further apart. */
export function recentSamples(samples: readonly DrainSample[], now: EpochMs): readonly DrainSample[] {
  const recent = samples.filter(({ at }) => now - at <= RECENT_MS);
  return recent.length >= LEAST_RECENT ? recent : samples.slice(-LEAST_RECENT);
}
