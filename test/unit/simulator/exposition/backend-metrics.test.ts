import { describe, expect, it } from 'vitest';
import { backendMetrics } from '../../../../src/simulator/exposition/backend-metrics.ts';
import { officeLoad } from '../../../../src/simulator/load/office-load.ts';
import { seriesAt } from '../../../../src/simulator/load/series.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { endBackend, startBackend, stopBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { diskUse } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { backendAt, cluster, HOUR, MINUTE, START } from '../load/cluster.ts';
import { type Sample, samplesOf, sum } from './parse.ts';

function metrics(state: ClusterState, index = 0): readonly Sample[] {
  return samplesOf(backendMetrics(state, backendAt(state, index).host) ?? '');
}

function text(state: ClusterState): string {
  return backendMetrics(state, backendAt(state, 0).host) ?? '';
}

describe('/metrics of a BE', () => {
  it('has one TYPE line before each family, no HELP, and labels joined by a comma', () => {
    const lines = text(cluster()).trimEnd().split('\n');
    const types = lines.filter((line) => line.startsWith('# TYPE '));
    expect(new Set(types).size).toBe(types.length);
    expect(lines.some((line) => line.startsWith('# HELP'))).toBe(false);
    let family = '';
    for (const line of lines) {
      family = /^# TYPE (\S+) (counter|gauge)$/.exec(line)?.[1] ?? family;
      if (!line.startsWith('#')) expect(line).toMatch(new RegExp(`^${family}(\\{[^ ]+\\})? -?[0-9.]+$`));
    }
  });

  it('shows no series twice', () => {
    const series = text(cluster())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \S+$/, ''));
    expect(new Set(series).size).toBe(series.length);
  });

  it.each([
    { name: 'fragment_thread_pool_queue_size', versions: ['2.1', '3.0'] },
    { name: 'scanner_thread_pool_queue_size', versions: ['2.1', '3.0'] },
    { name: 'pipeline_task_queue_size', versions: ['4.0'] },
    { name: 'thread_pool_queue_size', versions: ['4.0'] },
    { name: 'base_compaction_task_running_total', versions: ['4.0'] },
    { name: 'memory_allocated_bytes', versions: ['2.1', '3.0', '4.0'] },
    { name: 'workload_group_cpu_time_sec', versions: ['2.1', '3.0', '4.0'] },
  ] as const)('has $name in $versions', ({ name, versions }) => {
    const having = (['2.1', '3.0', '4.0'] as const).filter((version) =>
      text(cluster({ version })).includes(`# TYPE doris_be_${name} `),
    );
    expect(having).toEqual(versions);
  });

  it('is not there while the process is down or starting, and is while it shuts down', () => {
    const state = cluster();
    const backend = backendAt(state, 0);
    stopBackend(state, backend, { graceful: true });
    expect(backendMetrics(state, backend.host)).toBeDefined();
    endBackend(state, backend);
    expect(backendMetrics(state, backend.host)).toBeUndefined();
    startBackend(state, backend);
    expect(backendMetrics(state, backend.host)).toBeUndefined();
    advance(state, START + MINUTE);
    expect(backendMetrics(state, backend.host)).toBeDefined();
    expect(backendMetrics(state, '10.9.9.9')).toBeUndefined();
  });

  it('counts jiffies of every core, which add up to the device "cpu"', () => {
    const state = cluster();
    advance(state, START + HOUR);
    const samples = metrics(state);
    const { cores } = backendAt(state, 0);
    for (const mode of ['user', 'system', 'idle', 'iowait', 'soft_irq', 'nice', 'steal']) {
      const all = sum(samples, 'doris_be_cpu', (labels) => labels['device'] === 'cpu' && labels['mode'] === mode);
      const byCore = sum(samples, 'doris_be_cpu', (labels) => labels['device'] !== 'cpu' && labels['mode'] === mode);
      expect(Math.abs(all - byCore)).toBeLessThanOrEqual(cores);
    }
    expect(
      new Set(samples.filter(({ name }) => name === 'doris_be_cpu').map(({ labels }) => labels['device'])).size,
    ).toBe(cores + 1);
  });

  it('says by its jiffies what the series says', () => {
    const state = cluster({ load: officeLoad({ peak: 3, seed: 5 }) });
    const jiffies = (idleOnly: boolean): number =>
      sum(metrics(state), 'doris_be_cpu', ({ device, mode }) => device === 'cpu' && (!idleOnly || mode === 'idle'));
    for (let minute = 2; minute <= 30; minute += 2) {
      const [all, idle] = [jiffies(false), jiffies(true)];
      advance(state, START + minute * MINUTE);
      const ratio = 1 - (jiffies(true) - idle) / (jiffies(false) - all);
      const middle = seriesAt(state, 'be_cpu_ratio', START + (minute - 1) * MINUTE)[0]?.value ?? 0;
      expect(Math.abs(ratio - middle)).toBeLessThan(0.02);
    }
  });

  it('holds the disks that SHOW BACKENDS shows, one entry a path', () => {
    const state = cluster();
    const samples = metrics(state);
    for (const disk of diskUse(state, backendAt(state, 0))) {
      const at = (name: string): number => sum(samples, `doris_be_${name}`, ({ path }) => path === disk.path);
      expect(at('disks_total_capacity')).toBe(disk.totalBytes);
      expect(at('disks_avail_capacity')).toBe(disk.availableBytes);
      expect(at('disks_local_used_capacity')).toBe(disk.dataBytes);
      expect(at('disks_state')).toBe(1);
    }
  });

  it('has the gauges of the series', () => {
    const state = cluster();
    const samples = metrics(state);
    const series = (name: 'be_memory_bytes' | 'be_compaction_score'): number =>
      seriesAt(state, name, START)[0]?.value ?? 0;
    expect(sum(samples, 'doris_be_memory_allocated_bytes')).toBe(series('be_memory_bytes'));
    expect(
      Math.max(
        sum(samples, 'doris_be_tablet_base_max_compaction_score'),
        sum(samples, 'doris_be_tablet_cumulative_max_compaction_score'),
      ),
    ).toBe(series('be_compaction_score'));
  });

  it('shows queries that do not end', () => {
    const state = cluster({ load: () => 0 });
    expect(sum(metrics(state), 'doris_be_query_ctx_cnt')).toBe(0);
    state.faults.runningQueries.set(backendAt(state, 0).host, 3);
    expect(sum(metrics(state), 'doris_be_query_ctx_cnt')).toBe(3);
    expect(sum(metrics(state, 1), 'doris_be_query_ctx_cnt')).toBe(0);
  });
});
