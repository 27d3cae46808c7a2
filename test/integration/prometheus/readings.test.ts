import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import type { SignalReading } from '../../../src/domain/signal.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import {
  backend,
  backends,
  CPU,
  frontend,
  groupPolicy,
  HEAP,
  QUERIES,
  topology,
  windowsPolicy,
} from '../../support/decision-input.ts';
import { fillHistory } from '../../support/history.ts';
import type { GaugeHistory } from '../../support/history.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { RealPrometheus } from '../../support/prometheus.ts';
import { cpuHistory, policyOf, sourceOf } from './past.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** The instant of every reading; a minute of samples lies behind it. */
const AT = Math.floor(Date.now() / MINUTE) * MINUTE - 2 * MINUTE;
const RANGE = { fromMs: AT - 60 * MINUTE, untilMs: AT + MINUTE, stepMs: 15 * SECOND };

const ago = (atMs: number): number => AT - atMs;
/** Sampled but for a time: from so long before the instant to so long before it. */
const except = (from: number, until: number) => (at: number) => ago(at) <= from && ago(at) >= until;

function gauge(
  name: string,
  labels: GaugeHistory['labels'] & object,
  value: number | ((at: number) => number),
  isLost: (at: number) => boolean = () => false,
): GaugeHistory {
  return {
    name,
    labels,
    value: (at) => (isLost(at) ? undefined : typeof value === 'number' ? value : value(at)),
  };
}

function cpu(
  cluster: string,
  instance: string,
  busy: number,
  isLost: (at: number) => boolean = () => false,
): readonly GaugeHistory[] {
  return cpuHistory({ cluster, instance }, RANGE, (at) => (isLost(at) ? undefined : busy));
}

const PAST: readonly GaugeHistory[] = [
  // Two clusters in one Prometheus.
  ...cpu('a', '10.0.0.1:8040', 0.3),
  ...cpu('a', '10.0.0.2:8040', 0.5),
  ...cpu('b', '10.7.0.1:8040', 0.9),
  // Clusters with one fault each.
  ...cpu('dead', '10.0.0.1:8040', 0.3),
  ...cpu('dead', '10.0.0.2:8040', 0.5, (at) => ago(at) < 20 * MINUTE),
  ...cpu('late', '10.0.0.1:8040', 0.3),
  ...cpu('late', '10.0.0.2:8040', 0.5, (at) => ago(at) < 105 * SECOND),
  ...cpu('hole', '10.0.0.1:8040', 0.3),
  ...cpu('hole', '10.0.0.2:8040', 0.5, except(8.75 * MINUTE, 3.25 * MINUTE)),
  ...cpu('shared', '10.0.0.1:8040', 0.2),
  ...cpu('shared', '10.0.0.1:8140', 0.6),
  ...cpu('named', 'be-zero', 0.2),
  ...cpu('named', 'be-one', 0.6),
  // Frontends.
  ...['fe1', 'fe2', 'fe3'].flatMap((host, index) => [
    gauge(
      'doris_fe_query_total',
      { cluster: 'a', instance: `${host}:8030` },
      (at) => (10 * (at - RANGE.fromMs)) / SECOND,
    ),
    gauge(
      'doris_fe_query_total',
      { cluster: 'a', instance: `${host}:8030`, user: 'root' },
      (at) => (at - RANGE.fromMs) / SECOND,
    ),
    gauge(
      'doris_fe_query_total',
      { cluster: 'dead', instance: `${host}:8030` },
      (at) => (10 * (at - RANGE.fromMs)) / SECOND,
      (at) => index === 2 && ago(at) < 7 * MINUTE,
    ),
    gauge('jvm_heap_size_bytes', { cluster: 'a', instance: `${host}:8030`, type: 'used' }, 3 + index),
    gauge('jvm_heap_size_bytes', { cluster: 'a', instance: `${host}:8030`, type: 'max' }, 10),
  ]),
  // Totals of the operator's own.
  gauge('steady', { cluster: 'a' }, 320),
  gauge('steady', { cluster: 'b' }, 9_000),
  gauge('none', { cluster: 'a' }, Number.NaN),
  gauge('zero', { cluster: 'a' }, 0),
  gauge('old', { cluster: 'a' }, 320, (at) => ago(at) < 2 * MINUTE),
  gauge('holed', { cluster: 'a' }, 320, except(10.75 * MINUTE, 4.25 * MINUTE)),
  gauge('bridged', { cluster: 'a' }, 320, except(6 * MINUTE, 2 * MINUTE)),
  gauge('fresh', { cluster: 'a' }, 320, (at) => ago(at) > 8 * MINUTE),
  gauge('doubled', { cluster: 'a', job: 'one' }, 100),
  gauge('doubled', { cluster: 'a', job: 'two' }, 220),
  gauge('rising', { cluster: 'a' }, (at) => 1000 - ago(at) / SECOND),
];

describe('readings from a real Prometheus', () => {
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus({ targetsFiles: [], fill: (path) => fillHistory(path, PAST, RANGE) });
  });
  afterAll(async () => {
    await prometheus.stop();
  });

  interface Asked {
    readonly labels?: Readonly<Record<string, string>>;
    readonly prometheus?: Partial<PrometheusPolicy>;
    readonly nodes?: Topology;
    readonly at?: number;
  }

  async function read(signal: SignalPolicy, asked: Asked = {}): Promise<SignalReading> {
    const { labels = { cluster: 'a' }, nodes = topology(backends(2)), at = AT } = asked;
    const group = groupPolicy({ signals: [signal] });
    const policy = policyOf(prometheus.url, { labels, ...asked.prometheus }, { backends: [group] });
    // A source of its own for each reading: nothing is remembered from one to the next.
    const source = sourceOf(policy);
    try {
      const [reading] = await source.read({ policy, group, topology: nodes, at });
      if (reading === undefined) throw new Error('no reading');
      return reading;
    } finally {
      await source.close();
    }
  }

  const own = (query: string, parts: Partial<SignalPolicy> = {}): SignalPolicy => ({
    ...QUERIES,
    name: 'own',
    query,
    ...parts,
  });

  describe('a preset', () => {
    it('is read per backend, as old as its oldest sample', async () => {
      const found = await read(CPU, { at: AT + 5 * SECOND });
      expect(found).toMatchObject({
        quality: 'ok',
        reason: '',
        missingBackends: [],
        foreignSeries: [],
        sampleAt: AT,
        ageMs: 5 * SECOND,
      });
      expect(found.value).toBeCloseTo(0.4);
      expect(found.nodes.map(({ backend: node, value }) => [node, Number(value.toFixed(6))])).toEqual([
        ['10.0.0.1:9050', 0.3],
        ['10.0.0.2:9050', 0.5],
      ]);
    });

    it('without labels sees the other cluster, and names it instead of counting it', async () => {
      const found = await read(CPU, { labels: {} });
      expect(found.quality).toBe('missing');
      expect(found.reason).toMatch(/belong to 10\.0\.0\.1:9050|series of no node of this cluster/);
      const other = await read(CPU, { labels: { cluster: 'b' } });
      expect(other).toMatchObject({ quality: 'missing', foreignSeries: ['10.7.0.1:8040'] });
      expect(other.reason).toContain('series of no node of this cluster: 10.7.0.1:8040');
    });

    it('of a cluster that is not there is no series, with the query that found none', async () => {
      expect((await read(CPU, { labels: { cluster: 'z' } })).reason).toContain(
        'no series answers 1 - sum by (instance)',
      );
    });

    it('a target that is dead for long is a backend without a series', async () => {
      const found = await read(CPU, { labels: { cluster: 'dead' } });
      expect(found).toMatchObject({
        quality: 'missing',
        missingBackends: ['10.0.0.2:9050'],
        reason: 'no series of 10.0.0.2:9050',
      });
    });

    it('a target that has just died is too old, by the time of its samples', async () => {
      const found = await read(CPU, { labels: { cluster: 'late' } });
      expect(found).toMatchObject({ quality: 'stale', ageMs: 105 * SECOND, sampleAt: AT - 105 * SECOND });
      expect(found.reason).toContain('of 10.0.0.2:8040 is 105 s old (maxAge 90 s)');
      expect((await read(CPU, { labels: { cluster: 'late' }, prometheus: { maxAgeMs: 110 * SECOND } })).quality).toBe(
        'ok',
      );
    });

    it('a hole in one backend’s samples is recovering, whoever asks, until ten minutes are clean', async () => {
      const hole = { labels: { cluster: 'hole' } };
      for (const again of [1, 2]) {
        expect(await read(CPU, hole), `reading ${String(again)}`).toMatchObject({
          quality: 'recovering',
          reason: 'no sample of 10.0.0.2:8040 for 6 min within the last 10 min',
        });
      }
      expect((await read(CPU, { ...hole, prometheus: { recoveryMs: 2 * MINUTE } })).quality).toBe('ok');
    });

    it('backends that share a host are told apart by their port', async () => {
      const nodes = topology([backend(0), backend(0, { address: '10.0.0.1:9150', httpPort: 8140 })]);
      const found = await read(CPU, { labels: { cluster: 'shared' }, nodes });
      expect(found.quality).toBe('ok');
      expect(found.nodes.map(({ backend: node, value }) => [node, value.toFixed(2)])).toEqual([
        ['10.0.0.1:9050', '0.20'],
        ['10.0.0.1:9150', '0.60'],
      ]);
    });

    it('names that are no addresses are mapped', async () => {
      const instanceMap = { 'be-zero': '10.0.0.1:8040', 'be-one': '10.0.0.2' };
      expect((await read(CPU, { labels: { cluster: 'named' }, prometheus: { instanceMap } })).quality).toBe('ok');
      expect((await read(CPU, { labels: { cluster: 'named' } })).foreignSeries).toEqual(['be-one', 'be-zero']);
    });

    it('queries are summed over the frontends, those of users not counted twice', async () => {
      const qps: SignalPolicy = { ...QUERIES, name: 'fe_qps', query: undefined };
      const found = await read(qps);
      expect(found.quality).toBe('ok');
      expect(found.value).toBeCloseTo(30);
    });

    it('a frontend whose target is dead is missed: its queries are not zero', async () => {
      const qps: SignalPolicy = { ...QUERIES, name: 'fe_qps', query: undefined };
      const dead = { labels: { cluster: 'dead' } };
      expect(await read(qps, dead)).toMatchObject({ quality: 'missing', reason: 'no series of fe3:9010' });
      const nodes = topology(backends(2), { frontends: [frontend(0), frontend(1), frontend(2, { alive: false })] });
      expect(await read(qps, { ...dead, nodes })).toMatchObject({ quality: 'ok' });
    });

    it('a limit of the frontends is the highest of them', async () => {
      expect(await read(HEAP)).toMatchObject({ quality: 'ok', kind: 'limit', value: 0.5, bound: 0.8 });
    });
  });

  describe('a query of the operator’s', () => {
    it('sees its own cluster only, unless it asks for no labels', async () => {
      expect(await read(own('steady'))).toMatchObject({ quality: 'ok', value: 320, bound: 100 });
      expect(await read(own('sum(steady)', { injectLabels: false }))).toMatchObject({ quality: 'ok', value: 9_320 });
    });

    it.each<[string, string, SignalReading['quality'], string]>([
      ['nothing', 'absent_metric', 'missing', 'no series answers absent_metric{cluster="a"}'],
      ['NaN', 'none', 'missing', 'is NaN'],
      ['a division by zero', 'steady / zero', 'missing', 'is Infinity'],
      ['a division of nothing by nothing', 'zero / zero', 'missing', 'is NaN'],
      ['two series where one is expected', 'doubled', 'missing', 'job="one"} and {'],
      ['no samples behind a constant', 'sum(absent_metric) or vector(0)', 'missing', 'no sample lies behind the value'],
      [
        'one of two operands without samples',
        'sum(steady) + (sum(absent_metric) or vector(0))',
        'missing',
        'no sample lies behind',
      ],
      ['a query that Prometheus refuses', 'sum(rate(steady))', 'missing', 'Prometheus refused the query'],
      ['a query that is none', 'sum(', 'missing', 'not a PromQL query'],
      ['samples older than maxAge', 'old', 'stale', 'is 2 min old (maxAge 90 s)'],
      ['old samples behind a fresh average', 'max_over_time(old[30m])', 'stale', 'is 2 min old (maxAge 90 s)'],
      ['a hole', 'holed', 'recovering', 'no sample for 7 min within the last 10 min'],
      ['a metric that is new', 'fresh', 'recovering', 'within the last 10 min'],
      ['two scrapes lost', 'bridged', 'ok', ''],
      ['either of two names', 'absent_metric or steady', 'ok', ''],
      ['a sum of series', 'sum(doubled)', 'ok', ''],
    ])('with %s: %s is %s', async (_what, query, quality, reason) => {
      const found = await read(own(query));
      expect(found).toMatchObject({ signal: 'own', kind: 'size', quality });
      expect(found.reason).toContain(reason);
    });

    it('two series are told by both label sets', async () => {
      expect((await read(own('doubled'))).reason).toMatch(
        /^one series is expected, there are 2: \{.*job="one".*\} and \{.*job="two".*\}$/,
      );
    });
  });

  describe('idle and emergency', () => {
    async function conditions(
      parts: Partial<ReturnType<typeof windowsPolicy>>,
      labels: Record<string, string> = { cluster: 'a' },
    ) {
      const group = groupPolicy({
        signals: [CPU, own('rising', { name: 'rising', purpose: { kind: 'limit', limit: 2_000 } })],
      });
      const policy = policyOf(prometheus.url, { labels }, { backends: [group], windows: windowsPolicy(parts) });
      const source = sourceOf(policy);
      const request = { policy, topology: topology(backends(2)), at: AT };
      try {
        return { idle: await source.idle(request), emergency: await source.emergency(request) };
      } finally {
        await source.close();
      }
    }

    it.each([
      ['below the bound throughout', { signal: 'be_cpu', below: 0.45, forMs: 10 * MINUTE }, 'idle'],
      ['above it', { signal: 'be_cpu', below: 0.35, forMs: 10 * MINUTE }, 'busy'],
      ['above it at the end only', { signal: 'rising', below: 995, forMs: 10 * MINUTE }, 'busy'],
      ['for seconds', { signal: 'be_cpu', below: 0.45, forMs: 10 * SECOND }, 'idle'],
      ['a preset that no group has', { signal: 'fe_heap', below: 0.6, forMs: 5 * MINUTE }, 'idle'],
      ['a time longer than there are samples', { signal: 'be_cpu', below: 0.45, forMs: 90 * MINUTE }, 'unknown'],
      ['a signal that nobody knows', { signal: 'nothing', below: 1, forMs: MINUTE }, 'unknown'],
    ])('%s', async (_what, condition, state) => {
      const { idle } = await conditions({ idle: [condition] });
      expect(idle).toMatchObject([{ signal: condition.signal, state }]);
    });

    it('a reading that is not ok is not idle', async () => {
      const { idle } = await conditions(
        { idle: [{ signal: 'be_cpu', below: 0.9, forMs: MINUTE }] },
        { cluster: 'dead' },
      );
      expect(idle).toMatchObject([{ state: 'unknown', detail: 'be_cpu is missing: no series of 10.0.0.2:9050' }]);
    });

    it.each([
      ['above throughout', { signal: 'be_cpu', above: 0.35, forMs: 5 * MINUTE }, { known: true, value: true }],
      ['above at the end only', { signal: 'rising', above: 990, forMs: 5 * MINUTE }, { known: true, value: false }],
      ['none is asked for', undefined, { known: true, value: false }],
    ])('an emergency: %s', async (_what, emergency, expected) => {
      expect((await conditions({ emergency })).emergency).toEqual(expected);
    });

    it('an unknown load is no emergency', async () => {
      const found = await conditions(
        { emergency: { signal: 'be_cpu', above: 0.1, forMs: MINUTE } },
        { cluster: 'dead' },
      );
      expect(found.emergency).toMatchObject({ known: false });
    });
  });
});
