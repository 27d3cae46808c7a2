import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import type { IdleReading } from '../domain/observation.ts';
import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Topology } from '../domain/topology.ts';
import type { PrometheusClient } from './client.ts';
import { readSignal } from './read-signal.ts';
import { signalQueries } from './signal-queries.ts';

const STEP_MS = 30_000;

export interface ConditionRequest {
  readonly policy: ClusterPolicy;
  readonly topology: Topology;
  readonly at: EpochMs;
}

/** The conditions of windows.idle: below the bound at every step of their time, from clean samples. */
export async function readIdle(client: PrometheusClient, request: ConditionRequest): Promise<readonly IdleReading[]> {
  return await Promise.all(
    request.policy.windows.idle.map(async (condition) => {
      const base = { signal: condition.signal, below: condition.below };
      const highest = await extreme(client, condition.signal, condition.forMs, 'highest', request);
      if (!highest.known) return { ...base, state: 'unknown' as const, value: undefined, detail: highest.reason };
      const idle = highest.value < condition.below;
      const minutes = Math.round(condition.forMs / 60_000);
      return {
        ...base,
        state: idle ? ('idle' as const) : ('busy' as const),
        value: highest.value,
        detail: `highest of the last ${String(minutes)} min`,
      };
    }),
  );
}

/** windows.emergency: above the bound at every step of its time. */
export async function readEmergency(client: PrometheusClient, request: ConditionRequest): Promise<Known<boolean>> {
  const condition = request.policy.windows.emergency;
  if (condition === undefined) return { known: true, value: false };
  const lowest = await extreme(client, condition.signal, condition.forMs, 'lowest', request);
  return lowest.known ? { known: true, value: lowest.value > condition.above } : lowest;
}

async function extreme(
  client: PrometheusClient,
  name: string,
  forMs: number,
  which: 'highest' | 'lowest',
  request: ConditionRequest,
): Promise<Known<number>> {
  const { policy, topology, at } = request;
  const found = find(policy, name);
  if (found === undefined) return { known: false, reason: `no group has a signal named ${name}` };
  const readings = await Promise.all(
    found.groups.map((group) => readSignal(client, found.signal, { policy, topology, at, group })),
  );
  const bad = readings.find((reading) => reading.quality !== 'ok');
  if (bad !== undefined) return { known: false, reason: `${name} is ${bad.quality}: ${bad.reason}` };
  const queries = signalQueries(found.signal, policy.prometheus);
  try {
    const text = queries.per === 'node' ? `avg(${queries.value})` : queries.value;
    const series = await client.range(text, { from: at - forMs, until: at, stepMs: STEP_MS, expectedSeries: 1 });
    const values = series.flatMap((one) => one.values);
    const steps = Math.floor(forMs / STEP_MS) + 1;
    if (series.length !== 1)
      return { known: false, reason: `${name}: one series is expected, there are ${String(series.length)}` };
    if (values.length < steps || values.some((value) => !Number.isFinite(value))) {
      return { known: false, reason: `${name} has no clean sample at every step of ${String(forMs / 1000)} s` };
    }
    return { known: true, value: which === 'highest' ? Math.max(...values) : Math.min(...values) };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The signal as some group has it, else the preset of that name; with every group that it speaks for. */
function find(
  policy: ClusterPolicy,
  name: string,
): { readonly signal: SignalPolicy; readonly groups: readonly GroupPolicy[] } | undefined {
  const withSignal = policy.backends.filter((group) => group.signals.some((signal) => signal.name === name));
  const own = withSignal[0]?.signals.find((signal) => signal.name === name);
  if (own !== undefined)
    return { signal: own, groups: own.query === undefined ? policy.backends : withSignal.slice(0, 1) };
  const preset: SignalPolicy = {
    name,
    query: undefined,
    purpose: { kind: 'limit', limit: Number.POSITIVE_INFINITY },
    memoryPerNodeBytes: undefined,
    injectLabels: true,
  };
  return { signal: preset, groups: policy.backends };
}
