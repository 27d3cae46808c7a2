import type { SignalPolicy } from '../../domain/group-policy.ts';
import type { PrometheusPolicy } from '../../domain/policy.ts';
import type { SignalMeasure } from '../../domain/signal.ts';
import { isPreset, PRESETS } from './presets.ts';
import { injectLabels, selectorsOf } from './promql.ts';

export type AskedSignal = Pick<SignalPolicy, 'name' | 'query' | 'purpose' | 'injectLabels'>;

/** Everything that is asked of Prometheus for one signal, labels injected. */
export interface SignalQueries {
  readonly role: 'backend' | 'frontend';
  readonly measure: SignalMeasure;
  /**
   * `node`: one series for every node of the role, whose sample is missed when it is not there. Of a query of the operator's:
   * `cluster` is one series, `either` one series for the group or one per backend.
   */
  readonly per: 'node' | 'cluster' | 'either';
  readonly value: string;
  readonly capacity: string | undefined;
  /** When the samples behind the value were taken, by instance; in lists of alternatives, as selectorsOf gives them. */
  readonly timestamps: readonly (readonly string[])[];
}

/** Throws PrometheusError for a query that is no PromQL. */
export function signalQueries(signal: AskedSignal, policy: PrometheusPolicy): SignalQueries {
  const labels = signal.injectLabels ? policy.labels : {};
  const timestamps = (value: string): SignalQueries['timestamps'] =>
    selectorsOf(value).map((alternatives) =>
      alternatives.map((selector) => `min by (${policy.instanceLabel}) (timestamp(${selector}))`),
    );
  if (signal.query === undefined && isPreset(signal.name)) {
    const preset = PRESETS[signal.name];
    const fill = (query: string): string => injectLabels(query.replaceAll('%I', policy.instanceLabel), labels);
    const value = fill(preset.query);
    return {
      role: preset.role,
      measure: preset.measure,
      per: 'node',
      value,
      capacity: preset.capacityQuery === undefined ? undefined : fill(preset.capacityQuery),
      timestamps: timestamps(value),
    };
  }
  const value = injectLabels(signal.query ?? signal.name, labels);
  return {
    role: 'backend',
    measure: measureOf(signal),
    per: signal.purpose.kind === 'size' && signal.purpose.form === 'per-node' ? 'cluster' : 'either',
    value,
    capacity: undefined,
    timestamps: timestamps(value),
  };
}

export function measureOf(signal: AskedSignal): SignalMeasure {
  if (signal.query === undefined && isPreset(signal.name)) return PRESETS[signal.name].measure;
  if (signal.purpose.kind === 'limit') return 'level';
  return signal.purpose.form === 'target' ? 'utilisation' : 'total';
}
