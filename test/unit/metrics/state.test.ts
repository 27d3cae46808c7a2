import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import type { MetricsCluster } from '../../../src/metrics/state.ts';
import { clusterStatusOf, decisionRecord, operation } from '../../support/decision-record.ts';
import { backends, clusterPolicy, CPU, groupPolicy, HEAP, HOUR, NOW, reading } from '../../support/decision-input.ts';
import { seriesOf } from '../../support/series.ts';

const WINDOW = {
  startMs: NOW - HOUR,
  endMs: NOW + 3 * HOUR,
  names: ['night'],
  usableFromMs: NOW - HOUR,
  usableUntilMs: NOW + 3 * HOUR - 600_000,
  notes: [],
};

function cluster(parts: Partial<MetricsCluster> = {}): MetricsCluster {
  return { policy: clusterPolicy(), status: clusterStatusOf(), savings: [], ...parts };
}

async function scraped(...clusters: readonly MetricsCluster[]): Promise<ReadonlyMap<string, number>> {
  return seriesOf(await createMetrics({ version: '1.2.3', clusters: async () => clusters }).text());
}

describe('the state of a cluster at a scrape', () => {
  it('begins with what its policy says, before anything was seen', async () => {
    const series = await scraped(cluster());
    expect([...series].filter(([name]) => name.includes('cluster="analytics"'))).toEqual([
      ['min_nodes{cluster="analytics",role="backend",group="default"}', 3],
      ['max_nodes{cluster="analytics",role="backend",group="default"}', 20],
      ['window_open{cluster="analytics",window="night"}', 0],
      ['leader{cluster="analytics"}', 1],
    ]);
  });

  it('shows nodes, wanted nodes and the guards that hold, of the last record', async () => {
    const lastDecision = decisionRecord({ nodes: 6, need: 3.5, policy: { mode: 'observe' } });
    const nodes = [
      { role: 'backend', group: 'default', state: 'alive', count: 5 },
      { role: 'backend', group: 'default', state: 'dead', count: 1 },
    ] as const;
    const series = await scraped(cluster({ status: clusterStatusOf({ nodes, lastDecision }) }));
    const group = 'cluster="analytics",role="backend",group="default"';
    expect(series.get(`nodes{${group},state="alive"}`)).toBe(5);
    expect(series.get(`nodes{${group},state="dead"}`)).toBe(1);
    expect(series.get(`recommended_nodes{${group}}`)).toBe(5);
    expect(series.get(`desired_nodes{${group}}`)).toBe(6);
    expect([...series.keys()].filter((name) => name.startsWith('hold{'))).toEqual([
      `hold{${group},reason="mode-observe"}`,
    ]);
    expect(series.get('last_evaluation_timestamp_seconds{cluster="analytics"}')).toBe(NOW / 1000);
  });

  it('shows that an unknown topology holds, and no numbers that nobody knows', async () => {
    const lastDecision = decisionRecord({ observation: { topology: { known: false, reason: 'no FE answers' } } });
    const series = await scraped(cluster({ status: clusterStatusOf({ lastDecision }) }));
    const group = 'cluster="analytics",role="backend",group="default"';
    expect(series.get(`hold{${group},reason="topology-unknown"}`)).toBe(1);
    expect(series.has(`desired_nodes{${group}}`)).toBe(false);
    expect(series.has(`recommended_nodes{${group}}`)).toBe(false);
  });

  it('shows the value of a signal only when its quality is good, its target and its age always', async () => {
    const policy = clusterPolicy({ backends: [groupPolicy({ signals: [CPU, HEAP] })] });
    const readings = [
      reading(CPU, { value: 0.41, sampleAt: NOW - 5_000 }),
      reading(HEAP, { value: 0.7, quality: 'stale', sampleAt: NOW - 500_000 }),
    ];
    const lastDecision = decisionRecord({
      policy: { backends: policy.backends },
      observation: { signals: [{ role: 'backend', group: 'default', readings }] },
    });
    const series = await scraped(cluster({ policy, status: clusterStatusOf({ lastDecision }) }));
    const signal = (name: string): string => `{cluster="analytics",role="backend",group="default",signal="${name}"}`;
    expect(series.get(`signal_value${signal('be_cpu')}`)).toBe(0.41);
    expect(series.get(`signal_target${signal('be_cpu')}`)).toBe(0.5);
    expect(series.get(`signal_timestamp_seconds${signal('be_cpu')}`)).toBe((NOW - 5_000) / 1000);
    expect(series.has(`signal_value${signal('fe_heap')}`)).toBe(false);
    expect(series.get(`signal_target${signal('fe_heap')}`)).toBe(0.8);
    expect(series.get(`signal_timestamp_seconds${signal('fe_heap')}`)).toBe((NOW - 500_000) / 1000);
  });

  it('shows the open window and its end, and the next opening while none is open', async () => {
    const open = await scraped(
      cluster({ status: clusterStatusOf({ windows: { open: WINDOW, nextChange: WINDOW.endMs } }) }),
    );
    expect(open.get('window_open{cluster="analytics",window="night"}')).toBe(1);
    expect(open.get('window_usable_until_timestamp_seconds{cluster="analytics"}')).toBe(WINDOW.usableUntilMs / 1000);
    expect(open.get('window_next_change_timestamp_seconds{cluster="analytics"}')).toBe(WINDOW.endMs / 1000);
    const shut = await scraped(
      cluster({ status: clusterStatusOf({ windows: { open: undefined, nextChange: NOW + HOUR } }) }),
    );
    expect(shut.get('window_open{cluster="analytics",window="night"}')).toBe(0);
    expect(shut.has('window_usable_until_timestamp_seconds{cluster="analytics"}')).toBe(false);
    expect(shut.get('window_next_change_timestamp_seconds{cluster="analytics"}')).toBe((NOW + HOUR) / 1000);
  });

  it('shows the bounds of frontends: followers are as many as they are', async () => {
    const policy = clusterPolicy({
      frontend: {
        backendsPerFrontend: { min: 10, max: 20 },
        followers: 3,
        observers: { min: 1, max: 6, managed: [] },
        provisioner: undefined,
      },
    });
    const series = await scraped(cluster({ policy }));
    expect(series.get('min_nodes{cluster="analytics",role="observer",group="observer"}')).toBe(1);
    expect(series.get('max_nodes{cluster="analytics",role="observer",group="observer"}')).toBe(6);
    expect(series.get('min_nodes{cluster="analytics",role="follower",group="follower"}')).toBe(3);
    expect(series.get('max_nodes{cluster="analytics",role="follower",group="follower"}')).toBe(3);
  });

  it('shows the tablets of every leaving backend, and the newer figures of our own drain', async () => {
    const members = backends(6).map((each, index) => ({ ...each, decommissioned: index >= 4 }));
    const progress = {
      ratio: 0.5,
      tabletsRemaining: 42,
      bytesRemaining: 1,
      estimatedEndAt: NOW + HOUR,
      text: '42 of 1,005 tablets left',
    };
    const status = clusterStatusOf({ lastDecision: decisionRecord({ members }), operation: operation({ progress }) });
    const series = await scraped(cluster({ status }));
    expect(series.get('decommission_tablets_remaining{cluster="analytics",backend="10.0.0.5:9050"}')).toBe(1004);
    expect(series.get('decommission_tablets_remaining{cluster="analytics",backend="10.0.0.6:9050"}')).toBe(42);
    expect(
      series.get('decommission_estimated_end_timestamp_seconds{cluster="analytics",backend="10.0.0.6:9050"}'),
    ).toBe((NOW + HOUR) / 1000);
    expect(series.get('operation_active{cluster="analytics",kind="remove-backend"}')).toBe(1);
  });

  it('shows what was saved against the baseline, negative when the group grew, and its cost', async () => {
    const cost = { perNodeHour: 1.5, currency: 'CNY', baselineNodes: 9 };
    const policy = clusterPolicy({ backends: [groupPolicy({ cost })] });
    const savings = [{ role: 'backend', group: 'default', nodeSeconds: 36_000, savedNodeHours: -4 }];
    const series = await scraped(cluster({ policy, savings }));
    const group = 'cluster="analytics",role="backend",group="default"';
    expect(series.get(`node_seconds_total{${group}}`)).toBe(36_000);
    expect(series.get(`node_hours_saved{${group}}`)).toBe(-4);
    expect(series.get(`cost_saved{${group},currency="CNY"}`)).toBe(-6);
  });

  it('counts the hosts of a provisioner that two clusters share once, as they were seen last', async () => {
    const seenAt = (at: number, state: 'free' | 'leased') =>
      clusterStatusOf({
        lastDecision: decisionRecord({
          at,
          observation: {
            at,
            hosts: {
              spares: {
                known: true,
                value: { provisioner: 'spares', hosts: [{ host: '10.0.1.1', address: undefined, state }] },
              },
            },
          },
        }),
      });
    const series = await scraped(
      cluster({ status: seenAt(NOW, 'leased') }),
      cluster({ policy: clusterPolicy({ name: 'other' }), status: seenAt(NOW - 30_000, 'free') }),
    );
    expect([...series].filter(([name]) => name.startsWith('provisioner_hosts'))).toEqual([
      ['provisioner_hosts{provisioner="spares",state="leased"}', 1],
    ]);
  });
});

describe('what is gone leaves no series', () => {
  it.each([
    ['a cluster', [cluster({ policy: clusterPolicy({ name: 'other' }), status: clusterStatusOf({ name: 'other' }) })]],
    ['a window', [cluster({ policy: clusterPolicy({ windows: { ...clusterPolicy().windows, allow: [] } }) })]],
    ['a reason, a signal, a drain and an operation', [cluster()]],
  ] as const)('%s', async (_what, later) => {
    const status = clusterStatusOf({
      windows: { open: WINDOW, nextChange: WINDOW.endMs },
      lastDecision: decisionRecord({
        policy: { mode: 'observe' },
        members: backends(6).map((each, index) => ({ ...each, decommissioned: index === 5 })),
      }),
      operation: operation(),
    });
    let clusters: readonly MetricsCluster[] = [cluster({ status })];
    const metrics = createMetrics({ version: '1.2.3', clusters: async () => clusters });
    const before = seriesOf(await metrics.text());
    clusters = later;
    const after = seriesOf(await metrics.text());
    const fresh = await scraped(...later);
    expect([...after.keys()].toSorted()).toEqual([...fresh.keys()].toSorted());
    expect([...before.keys()].some((name) => !after.has(name))).toBe(true);
  });
});
