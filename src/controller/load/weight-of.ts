import { coreWeight } from '../../decision/demand/core-weight.ts';
import { sizeMeasure } from '../../decision/demand/measure.ts';
import type { SignalPolicy } from '../../domain/group-policy.ts';
import type { WeightOf } from '../../domain/ports/load-source.ts';
import type { Backend } from '../../domain/topology.ts';
import { nameOf } from './member-of.ts';

/**
 * Weighs series of the past by the cores of the backends that are there now, found by host and http port, or by a host whose
 * backends weigh the same. Undefined where all weigh the same as the reference, and for what is no utilisation.
 */
export function weightOf(
  signal: SignalPolicy,
  backends: readonly Backend[],
  referenceCores: number | undefined,
): WeightOf | undefined {
  if (sizeMeasure(signal) !== 'utilisation') return undefined;
  const byAddress = new Map<string, number>();
  const byHost = new Map<string, number | undefined>();
  for (const backend of backends) {
    const weight = coreWeight(backend.cpuCores, referenceCores);
    const host = nameOf('backend', backend.host);
    byAddress.set(`${host}:${String(backend.httpPort)}`, weight);
    byHost.set(host, byHost.has(host) && byHost.get(host) !== weight ? undefined : weight);
  }
  if (byAddress.values().every((weight) => weight === 1)) return undefined;
  return ({ host: plain, httpPort }) => {
    const host = nameOf('backend', plain);
    return byAddress.get(`${host}:${String(httpPort)}`) ?? byHost.get(host) ?? 1;
  };
}
