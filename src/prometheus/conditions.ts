import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Known } from '../domain/known.ts';
import type { IdleReading } from '../domain/observation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Topology } from '../domain/topology.ts';
import type { PrometheusClient } from './query/client.ts';
import type { Series } from './query/matrix.ts';
import { readSignal } from './read-signal.ts';
import { isPreset, PRESETS } from './promql/presets.ts';
import { signalQueries } from './promql/signal-queries.ts';
import { span } from './history/span.ts';
import { valuesOf } from './values.ts';

const STEP_MS = 30_000;

export interface ConditionRequest {
  readonly policy: ClusterPolicy;
  readonly topology: Topology;
  readonly at: EpochMs;
}

/** The conditions of windows.idle: below the bound at every step of their time, from clean samples. Never rejects. */
export async function readIdle(client: PrometheusClient, request: ConditionRequest): Promise<readonly IdleReading[]> {
  return await Promise.all(
    request.policy.windows.idle.map(async (condition): Promise<IdleReading> => {
      const base = { signal: condition.signal, below: condition.below };
      const groups = await throughout(client, condition.signal, condition.forMs, request);
      const unknown = groups.find((group) => !group.known);
      if (unknown !== undefined) return { ...base, state: 'unknown', value: undefined, detail: unknown.reason };
      const value = Math.max(...groups.flatMap((group) => (group.known ? group.value : [])));
      return {
        ...base,
        state: value < condition.below ? 'idle' : 'busy',
        value,
        detail: `highest of the last ${span(condition.forMs)}`,
      };
    }),
  );
}

/** windows.emergency: above the bound at every step of its time, in any group, whatever is known of the others. Never rejects. */
export async function readEmergency(client: PrometheusClient, request: ConditionRequest): Promise<Known<boolean>> {
  const condition = request.policy.windows.emergency;
  if (condition === undefined) return { known: true, value: false };
  const groups = await throughout(client, condition.signal, condition.forMs, request);
  const isBeyond = groups.some((group) => group.known && Math.min(...group.value) > condition.above);
  const unknown = groups.find((group) => !group.known);
  return unknown === undefined || isBeyond ? { known: true, value: isBeyond } : unknown;
}

/** The values of a signal at every step of a time, of one group or more, each as a reading of that instant would give it. */
async function throughout(
  client: PrometheusClient,
  name: string,
  forMs: number,
  request: ConditionRequest,
): Promise<readonly Known<readonly number[]>[]> {
  const named = namedIn(request.policy, name);
  if (named.length === 0) return [{ known: false, reason: `no group has a signal named ${name}` }];
  const present = named.filter(({ group }) => hasNodes(group, name, request.topology));
  if (present.length === 0) {
    return [{ known: false, reason: `no group with a signal named ${name} has a backend` }];
  }
  return await Promise.all(
    present.map(({ group, signal }) => throughoutGroup(client, signal, forMs, { ...request, group })),
  );
}

async function throughoutGroup(
  client: PrometheusClient,
  signal: SignalPolicy,
  forMs: number,
  request: ConditionRequest & { readonly group: GroupPolicy },
): Promise<Known<readonly number[]>> {
  const reading = await readSignal(client, signal, request);
  if (reading.quality !== 'ok') {
    return { known: false, reason: `${signal.name} is ${reading.quality}: ${reading.reason}` };
  }
  try {
    const queries = signalQueries(signal, request.policy.prometheus);
    const stepMs = Math.min(STEP_MS, forMs);
    const steps = Math.ceil(forMs / stepMs);
    const from = request.at - steps * stepMs;
    const series = await client.range(queries.value, {
      from,
      until: request.at,
      stepMs,
      expectedSeries: Math.max(1, reading.nodes.length),
    });
    const capacityOf = new Map(reading.nodes.map((node) => [node.backend, node.capacity ?? 0]));
    const values: number[] = [];
    for (let step = 0; step <= steps; step += 1) {
      const samples = samplesAt(series, from + step * stepMs);
      const { value, problem } = valuesOf(samples, capacityOf, { ...request, signal, queries });
      if (problem !== undefined || value === undefined) {
        const why = problem === undefined ? '' : `: ${problem}`;
        return { known: false, reason: `${signal.name} is not known throughout the last ${span(forMs)}${why}` };
      }
      values.push(value);
    }
    return { known: true, value: values };
  } catch (error) {
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function samplesAt(
  series: readonly Series[],
  at: EpochMs,
): readonly { readonly labels: Series['labels']; readonly value: number }[] {
  return series.flatMap(({ labels, times, values }) => {
    const place = times.findIndex((time) => Math.abs(time - at) <= 1);
    const value = values[place];
    return value === undefined ? [] : [{ labels, value }];
  });
}

/** Every group that a signal speaks of, with the signal as that group has it, else the preset of its name. */
function namedIn(
  policy: ClusterPolicy,
  name: string,
): readonly { readonly group: GroupPolicy; readonly signal: SignalPolicy }[] {
  const preset: SignalPolicy | undefined = isPreset(name)
    ? {
        name,
        query: undefined,
        purpose: { kind: 'limit', limit: Number.POSITIVE_INFINITY },
        memoryPerNodeBytes: undefined,
        injectLabels: true,
      }
    : undefined;
  return policy.backends.flatMap((group) => {
    const signal = group.signals.find((each) => each.name === name) ?? preset;
    return signal === undefined ? [] : [{ group, signal }];
  });
}

/** A group that has no backend yet has no load, which is no reason to hold the others. */
function hasNodes({ group }: GroupPolicy, name: string, { backends }: Topology): boolean {
  if (isPreset(name) && PRESETS[name].role === 'frontend') return true;
  return backends.some((backend) => backend.group === group);
}
