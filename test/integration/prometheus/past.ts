import type { ClusterPolicy, PrometheusPolicy } from '../../../src/domain/policy.ts';
import type { LoadSource } from '../../../src/domain/ports/load-source.ts';
import { prometheusLoadSource } from '../../../src/prometheus/load-source.ts';
import { clusterPolicy } from '../../support/decision-input.ts';
import type { GaugeHistory } from '../../support/history.ts';

/** Jiffies a second of a backend with one core. */
const USER_HZ = 100;

/** The counters of one backend as Doris exports them, from how busy it was; undefined = no sample. */
export function cpuHistory(
  labels: Readonly<Record<string, string>>,
  range: { readonly fromMs: number; readonly stepMs: number },
  busy: (atMs: number) => number | undefined,
): readonly GaugeHistory[] {
  const sums: { readonly user: number; readonly idle: number }[] = [];
  /** Jiffies at an instant: those of every step before it. */
  const upTo = (atMs: number): { readonly user: number; readonly idle: number } => {
    const steps = Math.round((atMs - range.fromMs) / range.stepMs);
    for (let step = sums.length; step <= steps; step += 1) {
      const before = sums[step - 1] ?? { user: 0, idle: 0 };
      const share = busy(range.fromMs + step * range.stepMs) ?? 0;
      const jiffies = (range.stepMs / 1000) * USER_HZ;
      sums.push({ user: before.user + share * jiffies, idle: before.idle + (1 - share) * jiffies });
    }
    return sums[steps] ?? { user: 0, idle: 0 };
  };
  const gauge = (mode: 'user' | 'idle', device: string): GaugeHistory => ({
    name: 'doris_be_cpu',
    labels: { ...labels, device, mode },
    value: (atMs) => (busy(atMs) === undefined ? undefined : upTo(atMs)[mode]),
  });
  // A backend exports the sum of its cores and each core.
  return [gauge('user', 'cpu'), gauge('idle', 'cpu'), gauge('user', 'cpu0'), gauge('idle', 'cpu0')];
}

export function policyOf(
  url: string,
  prometheus: Partial<PrometheusPolicy> = {},
  parts: Partial<ClusterPolicy> = {},
): ClusterPolicy {
  const base = clusterPolicy(parts);
  return { ...base, prometheus: { ...base.prometheus, url, timeoutMs: 30_000, ...prometheus } };
}

export function sourceOf(policy: ClusterPolicy): LoadSource {
  return prometheusLoadSource({ policy: policy.prometheus, monotonicMs: () => 0 });
}
