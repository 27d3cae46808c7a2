import { describe, expect, it } from 'vitest';
import { frontendCoreMetrics, frontendMetrics } from '../../../../src/simulator/exposition/frontend-metrics.ts';
import { seriesAt } from '../../../../src/simulator/load/series.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { endFrontend, resetFrontend, startFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import { tabletNum } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { backendAt, cluster, frontendAt, HOUR, MINUTE, START } from '../load/cluster.ts';
import { type Sample, samplesOf, sum } from './parse.ts';

const VERSIONS = ['2.1', '3.0', '4.0'] as const;

function text(state: ClusterState, index = 0): string {
  return frontendMetrics(state, frontendAt(state, index).host) ?? '';
}

function metrics(state: ClusterState, index = 0): readonly Sample[] {
  return samplesOf(text(state, index));
}

describe('/metrics of an FE', () => {
  it.each([
    { what: 'a blank before the braces of sums', line: /_sum \{\} /, versions: ['2.1', '3.0'] },
    { what: 'no blank before the braces of sums', line: /_sum\{\} /, versions: ['4.0'] },
    { what: 'connections by user', line: /connection_total\{user=/, versions: ['3.0', '4.0'] },
    { what: 'connections', line: /^doris_fe_connection_total \d+$/m, versions: VERSIONS },
    { what: 'slow queries', line: /^doris_fe_query_slow \d+$/m, versions: ['3.0', '4.0'] },
    { what: 'the old caches', line: /^doris_fe_cache_hit\{type="sql"\} 0$/m, versions: ['2.1', '3.0'] },
    { what: 'the SQL cache', line: /^doris_fe_sql_cache_hit 0$/m, versions: ['4.0'] },
    { what: 'its version', line: /^doris_fe_version\{version="doris-4.0.2", major="4", /m, versions: ['4.0'] },
    { what: 'workload groups', line: /query_detail\{name="normal", /, versions: ['3.0'] },
    { what: 'workload groups in compute groups', line: /query_detail\{name="default.normal", /, versions: ['4.0'] },
    {
      what: 'garbage collectors by name',
      line: /^jvm_gc\{name="G1 Young Generation Count", type="count"\} /m,
      versions: VERSIONS,
    },
    {
      what: 'two blanks after HELP and TYPE of the JVM',
      line: /^# HELP {2}jvm_gc .*\n# TYPE {2}jvm_gc gauge$/m,
      versions: VERSIONS,
    },
    { what: 'a median', line: /quantile="0.5"/, versions: [] },
  ])('has $what in $versions', ({ line, versions }) => {
    expect(VERSIONS.filter((version) => line.test(text(cluster({ version }))))).toEqual(versions);
  });

  it.each(VERSIONS)('shows no series twice in %s', (version) => {
    const series = text(cluster({ version }))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series).size).toBe(series.length);
  });

  it('has every query without labels and once more by user', () => {
    const state = cluster();
    advance(state, START + HOUR);
    const samples = metrics(state);
    const all = sum(samples, 'doris_fe_query_total', ({ user }) => user === undefined);
    const byUser = sum(samples, 'doris_fe_query_total', ({ user }) => user !== undefined);
    expect(all).toBeCloseTo((500 / 3) * 3_600, -2);
    expect(Math.abs(all - byUser)).toBeLessThanOrEqual(2);
  });

  it('has the gauges of the series', () => {
    const state = cluster({ load: () => 3.3 });
    const samples = metrics(state);
    const series = (name: 'fe_qps' | 'fe_connections' | 'fe_query_p99_ms' | 'fe_heap_ratio'): number =>
      seriesAt(state, name, START)[0]?.value ?? 0;
    expect(sum(samples, 'doris_fe_qps')).toBeCloseTo(series('fe_qps'), 9);
    expect(sum(samples, 'doris_fe_connection_total', ({ user }) => user === undefined)).toBe(series('fe_connections'));
    expect(
      sum(samples, 'doris_fe_query_latency_ms', ({ quantile, user }) => quantile === '0.99' && user === undefined),
    ).toBe(series('fe_query_p99_ms'));
    const heap = (type: string): number => sum(samples, 'jvm_heap_size_bytes', (labels) => labels['type'] === type);
    expect(heap('used') / heap('max')).toBeCloseTo(series('fe_heap_ratio'), 6);
  });

  it('of the master counts tablets by backend and those being scheduled, others show nought', () => {
    const state = cluster();
    setDecommissioned(state, backendAt(state, 0), true);
    for (let step = 1; step < 40 && state.scheduler.running.length === 0; step += 1)
      advance(state, START + step * 1_000);
    expect(state.scheduler.running.length).toBeGreaterThan(0);
    const [master, other] = [metrics(state, 0), metrics(state, 1)];
    state.backends.forEach(({ host, ports, row }) => {
      const own = ({ backend }: Readonly<Record<string, string>>): boolean =>
        backend === `${host}:${String(ports.heartbeat)}`;
      expect(sum(master, 'doris_fe_tablet_num', own)).toBe(tabletNum(state, row?.id ?? ''));
      expect(sum(other, 'doris_fe_tablet_num', own)).toBe(0);
    });
    expect(sum(master, 'doris_fe_scheduled_tablet_num')).toBe(
      state.scheduler.pending.length + state.scheduler.running.length,
    );
    expect(sum(other, 'doris_fe_scheduled_tablet_num')).toBe(0);
    expect(sum(master, 'node_info', ({ state: of }) => of === 'decommissioned')).toBe(1);
    expect([text(state, 0), text(state, 1)].map((each) => each.includes('is_master'))).toEqual([true, false]);
  });

  it('of the next master says so, and nobody does during the election', () => {
    const state = cluster();
    endFrontend(state, frontendAt(state, 0));
    const masters = (): readonly number[] => [1, 2].filter((index) => text(state, index).includes('is_master'));
    expect(masters()).toEqual([]);
    advance(state, START + MINUTE);
    expect(masters()).toHaveLength(1);
    expect(frontendMetrics(state, frontendAt(state, 0).host)).toBeUndefined();
  });

  it('of an FE that became a cluster of its own is about that cluster', () => {
    const state = cluster({ spareFrontends: 1 });
    const spare = frontendAt(state, 3);
    resetFrontend(spare);
    startFrontend(state, spare, undefined);
    advance(state, START + 2 * MINUTE);
    expect(spare.process).toBe('own-cluster');
    expect(
      sum(samplesOf(frontendMetrics(state, spare.host) ?? ''), 'node_info', ({ type }) => type === 'fe_node_num'),
    ).toBe(1);
  });

  it('as type=core counts the dead', () => {
    const state = cluster();
    backendAt(state, 1).row.alive = false;
    expect(frontendCoreMetrics(state, frontendAt(state, 0).host)).toContain('\ndoris_fe_backend_dead_num 1\n');
    expect(frontendCoreMetrics(state, '10.9.9.9')).toBeUndefined();
  });
});
