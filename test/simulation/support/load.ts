import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { Interval } from '../../../src/domain/instant.ts';
import type { IdleReading } from '../../../src/domain/observation.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { LoadSource } from '../../../src/domain/ports/load-source.ts';
import type { SignalReading } from '../../../src/domain/signal.ts';
import type { SimulatedCluster, SimulatedSeries } from '../../../src/simulator/cluster.ts';

/** A hole in the samples is remembered for so long. */
const RECOVERY_MS = 600_000;
/** Prometheus shows a sample for so long, and the policy of the tests takes it for good for so long. */
const LOOK_BACK_MS = 300_000;
const STALE_MS = 90_000;
const MINUTE_MS = 60_000;
/** For so long after an outage counters that began anew show no load. */
const ZERO_MS = 240_000;
const SAMPLES_A_SLOT = 5;

const SERIES: Readonly<Record<string, SimulatedSeries>> = {
  be_cpu: 'be_cpu_ratio',
  be_disk: 'be_disk_used_bytes',
  fe_heap: 'fe_heap_ratio',
};

/** `zero`: counters begin anew after it, and for a while the load seems to be none. */
export interface Outage extends Interval {
  readonly manner?: 'missing' | 'stale' | 'nan' | 'zero';
}

/**
 * The simulator's own load as Prometheus would hold it: nothing is known of an outage while it lasts, nor later of its time.
 * Samples have the time of `clock`, the model's; who asks for a later instant than that finds none.
 */
export function simulatedLoad(
  cluster: SimulatedCluster,
  outages: readonly Outage[],
  {
    clock = { now: () => Infinity },
    samplesASlot = SAMPLES_A_SLOT,
    isTagged = false,
  }: {
    readonly clock?: Pick<Clock, 'now'>;
    readonly samplesASlot?: number;
    /** Not all backends are of one group. */
    readonly isTagged?: boolean;
  } = {},
): LoadSource {
  const outageAt = (at: number): Outage | undefined =>
    outages.find(({ startMs, endMs }) => at >= startMs && at < endMs);
  const isOut = (at: number): boolean => outageAt(at) !== undefined;
  const isRecovering = (at: number): boolean => outages.some(({ endMs }) => at >= endMs && at < endMs + RECOVERY_MS);
  const isZero = (at: number): boolean =>
    outages.some(({ endMs, manner }) => manner === 'zero' && at >= endMs && at < endMs + ZERO_MS);
  const seriesOf = (name: string, at: number) => {
    const series = SERIES[name];
    if (series === undefined) throw new Error(`the simulated load has no ${name}`);
    const of = cluster.series(series, at);
    return isZero(at) ? of.map((each) => ({ ...each, value: 0 })) : of;
  };

  /** The mean over the nodes, at its worst in the time up to an instant; undefined = not known for all of it. */
  const during = (name: string, at: number, forMs: number, worst: (a: number, b: number) => number) => {
    if (at - clock.now() > STALE_MS) return undefined;
    let found: number | undefined;
    for (let each = at - forMs; each <= at; each += MINUTE_MS) {
      if (isOut(each)) return undefined;
      const of = seriesOf(name, each);
      const mean = of.reduce((sum, { value }) => sum + value, 0) / Math.max(1, of.length);
      found = found === undefined ? mean : worst(found, mean);
    }
    return found;
  };

  const slot = (
    signal: SignalPolicy,
    slotStartMs: number,
    isOwn: (host: string, httpPort: number) => boolean,
  ): LoadSlot | undefined => {
    let load = -1;
    let nodes = 0;
    for (let sample = 0; sample < samplesASlot; sample += 1) {
      const at = slotStartMs + (sample * SLOT_MS) / samplesASlot;
      if (isOut(at)) return undefined;
      const all = seriesOf(signal.name, at);
      const of = isTagged ? all.filter(({ host, httpPort }) => isOwn(host, httpPort)) : all;
      load = Math.max(
        load,
        of.reduce((sum, { value }) => sum + value, 0),
      );
      nodes = Math.max(nodes, of.length);
    }
    return { signal: signal.name, slotStartMs, load, samples: samplesASlot, nodes, migrating: false };
  };

  return {
    async read({ group, topology, at }) {
      return group.signals.map((signal): SignalReading => {
        const { purpose } = signal;
        const known = {
          signal: signal.name,
          kind: purpose.kind,
          measure: purpose.kind === 'limit' ? 'level' : signal.name === 'be_disk' ? 'bytes' : 'utilisation',
          missingBackends: [],
          foreignSeries: [],
          bound:
            purpose.kind === 'limit'
              ? purpose.limit
              : purpose.form === 'target'
                ? purpose.targetRatio
                : purpose.perNode,
        } as const;
        const aheadMs = at - clock.now();
        const nothing = { ...known, sampleAt: undefined, ageMs: undefined, value: undefined, nodes: [] };
        if (aheadMs > LOOK_BACK_MS) return { ...nothing, quality: 'missing', reason: 'no series' };
        const outage = outageAt(at);
        if (outage !== undefined || aheadMs > STALE_MS) {
          const ageMs = Math.max(aheadMs, at - (outage?.startMs ?? at));
          if (outage?.manner === 'nan') return { ...nothing, quality: 'missing', reason: 'the value is NaN' };
          if (outage !== undefined && (outage.manner !== 'stale' || ageMs > LOOK_BACK_MS)) {
            return { ...nothing, quality: 'missing', reason: 'connection refused' };
          }
          const old = { sampleAt: at - ageMs, ageMs, quality: 'stale', reason: 'the newest sample is old' } as const;
          return { ...nothing, ...old };
        }
        const all = seriesOf(signal.name, at);
        const own = topology.backends.filter((backend) => backend.group === group.group);
        const of = isTagged ? all.filter(({ host }) => own.some((backend) => backend.host === host)) : all;
        const nodes = own.flatMap((backend) => {
          const found = of.find(({ host }) => host === backend.host);
          return found === undefined
            ? []
            : [{ backend: backend.address, value: found.value, capacity: backend.totalBytes }];
        });
        const sum = of.reduce((total, { value }) => total + value, 0);
        return {
          ...known,
          quality: isRecovering(at) ? 'recovering' : 'ok',
          reason: isRecovering(at) ? 'a hole of more than 5 min' : '',
          sampleAt: at,
          ageMs: 0,
          value: of.length === 0 ? 0 : sum / of.length,
          nodes:
            purpose.kind === 'limit'
              ? []
              : nodes.map(({ capacity, ...node }) => (signal.name === 'be_disk' ? { ...node, capacity } : node)),
        };
      });
    },
    idle: async ({ policy, at }) =>
      policy.windows.idle.map(({ signal, below, forMs }): IdleReading => {
        const highest = during(signal, at, forMs, Math.max);
        const state = highest === undefined ? 'unknown' : highest < below ? 'idle' : 'busy';
        return { signal, below, state, value: highest, detail: '' };
      }),
    async emergency({ policy, at }) {
      const { emergency } = policy.windows;
      if (emergency === undefined) return { known: true, value: false };
      const lowest = during(emergency.signal, at, emergency.forMs, Math.min);
      if (lowest === undefined) return { known: false, reason: 'connection refused' };
      return { known: true, value: lowest > emergency.above };
    },
    async history({ group, signal, memberOf, from, until: asked }) {
      if (isOut(Math.min(asked, clock.now()))) throw new Error('connection refused');
      const slots: LoadSlot[] = [];
      const until = Math.min(asked, clock.now());
      for (let at = Math.ceil(from / SLOT_MS) * SLOT_MS; at + SLOT_MS <= until; at += SLOT_MS) {
        const one = slot(signal, at, (host, httpPort) => memberOf({ role: 'backend', host, httpPort }) === group.group);
        if (one !== undefined) slots.push(one);
      }
      return slots;
    },
    close: async () => {},
  };
}
