import type { SignalPolicy } from '../domain/group-policy.ts';
import type { PrometheusPolicy } from '../domain/policy.ts';
import type { SignalMeasure } from '../domain/signal.ts';
import { isPreset, PRESETS } from './presets.ts';
import { injectLabels, selectorsOf } from './promql.ts';

/** Everything that is asked of Prometheus for one signal, labels injected. */
export interface SignalQueries {
  readonly role: 'backend' | 'frontend';
  readonly measure: SignalMeasure;
  /** `either`: one series for the group, or one per backend. */
  readonly per: 'node' | 'cluster' | 'either';
  readonly value: string;
  readonly capacity: string | undefined;
  /** Newest sample of every selector, per node where the signal is; its range form shows holes. */
  readonly timestamps: readonly string[];
}

export function signalQueries(
  signal: Pick<SignalPolicy, 'name' | 'query' | 'purpose' | 'injectLabels'>,
  policy: PrometheusPolicy,
): SignalQueries {
  const labels = signal.injectLabels ? policy.labels : {};
  if (signal.query === undefined && isPreset(signal.name)) {
    const preset = PRESETS[signal.name];
    const fill = (query: string): string => injectLabels(query.replaceAll('%I', policy.instanceLabel), labels);
    const value = fill(preset.query);
    const by = preset.per === 'node' ? ` by (${policy.instanceLabel})` : '';
    return {
      role: preset.role,
      measure: preset.measure,
      per: preset.per,
      value,
      capacity: preset.capacityQuery === undefined ? undefined : fill(preset.capacityQuery),
      timestamps: selectorsOf(value).map((selector) => `min${by} (timestamp(${selector}))`),
    };
  }
  const value = injectLabels(signal.query ?? signal.name, labels);
  return {
    role: 'backend',
    measure: measureOf(signal),
    per: signal.purpose.kind === 'size' && signal.purpose.form === 'per-node' ? 'cluster' : 'either',
    value,
    capacity: undefined,
    timestamps: selectorsOf(value).map((selector) => `min (timestamp(${selector}))`),
  };
}

function measureOf(signal: Pick<SignalPolicy, 'purpose'>): SignalMeasure {
  if (signal.purpose.kind === 'limit') return 'level';
  return signal.purpose.form === 'target' ? 'utilisation' : 'total';
}
