import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterOptions } from '../../../../src/simulator/cluster.ts';
import { advanceCounters } from '../../../../src/simulator/load/integrate.ts';
import { officeLoad } from '../../../../src/simulator/load/office-load.ts';
import { recordLoad } from '../../../../src/simulator/load/record.ts';
import { seriesAt } from '../../../../src/simulator/load/series.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { endBackend, startBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { addBackend, setDisabled } from '../../../../src/simulator/model/changes.ts';
import { endFrontend, startFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { backendAt, cluster, frontendAt, HOUR, MINUTE, START } from './cluster.ts';

interface Counted {
  readonly busy: number;
  readonly idle: number;
  readonly served: number;
  readonly queries: number;
}

function scrape(state: ClusterState, atMs: number, index = 0): Counted {
  advance(state, atMs);
  const { backends, frontends } = advanceCounters(state);
  const backend = backends.get(backendAt(state, index).host);
  const queries = frontends.get(frontendAt(state, index).host)?.queries ?? 0;
  return {
    busy: backend?.busySeconds ?? 0,
    idle: backend?.idleSeconds ?? 0,
    served: backend?.servedSeconds ?? 0,
    queries,
  };
}

function meanOf(state: ClusterState, name: 'be_cpu_ratio' | 'fe_qps', fromMs: number, untilMs: number): number {
  const instants = Array.from({ length: (untilMs - fromMs) / 1_000 }, (_, index) => fromMs + index * 1_000 + 500);
  const sum = instants.reduce((total, atMs) => total + (seriesAt(state, name, atMs)[0]?.value ?? 0), 0);
  return sum / instants.length;
}

const LOADS: readonly (readonly [what: string, load: ClusterOptions['load']])[] = [
  ['a steady load', () => 2],
  ['office hours', officeLoad({ peak: 3.5, seed: 7 })],
  ['a load that jumps', (atMs) => (Math.floor(atMs / MINUTE) % 7 < 3 ? 3.2 : 0.4)],
  ['a load that swings', (atMs) => 2 + 1.8 * Math.sin(atMs / (3 * MINUTE))],
  ['more than can be served', () => 40],
];

describe.each(LOADS)('counters under %s', (_, load) => {
  it('rise as fast as the series say', () => {
    const state = cluster({ load });
    let before = scrape(state, START);
    for (let atMs = START + 2 * MINUTE; atMs <= START + HOUR; atMs += 2 * MINUTE) {
      for (let step = atMs - 2 * MINUTE + 15_000; step < atMs; step += 15_000) scrape(state, step);
      const after = scrape(state, atMs);
      const cpu = (after.busy - before.busy) / (after.busy - before.busy + after.idle - before.idle);
      expect(cpu).toBeCloseTo(meanOf(state, 'be_cpu_ratio', atMs - 2 * MINUTE, atMs), 1.5);
      const expected = meanOf(state, 'fe_qps', atMs - 2 * MINUTE, atMs);
      expect(Math.abs((after.queries - before.queries) / 120 - expected)).toBeLessThan(0.03 * expected + 1);
      before = after;
    }
  });

  it('count seconds as they pass', () => {
    const state = cluster({ load });
    const { busy, idle } = scrape(state, START + HOUR);
    expect(busy + idle).toBeCloseTo(3_600, 6);
  });
});

describe('counters', () => {
  it('come to the same however often they are looked at', () => {
    const load = officeLoad({ peak: 3.5, seed: 7 });
    const [often, once] = [cluster({ load }), cluster({ load })];
    for (let atMs = START; atMs < START + HOUR; atMs += 7_000) scrape(often, atMs);
    const [a, b] = [scrape(often, START + HOUR), scrape(once, START + HOUR)];
    expect(Math.abs(a.busy - b.busy)).toBeLessThan(0.005 * a.busy);
    expect(Math.abs(a.queries - b.queries)).toBeLessThan(0.005 * a.queries);
  });

  it('never fall while their process runs, whatever happens to others', () => {
    const event = fc.record({
      afterMs: fc.integer({ min: 1, max: 10 * MINUTE }),
      index: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom('kill', 'start', 'disable', 'enable', 'nothing'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const state = cluster({ load: officeLoad({ peak: 3.5, seed: 3 }) });
        let before = scrape(state, START);
        for (const { afterMs, index, kind } of events) {
          const backend = backendAt(state, index);
          if (kind === 'kill') endBackend(state, backend);
          if (kind === 'start') startBackend(state, backend);
          if (kind === 'disable' || kind === 'enable') setDisabled(state, backend, 'query', kind === 'disable');
          recordLoad(state);
          const after = scrape(state, state.nowMs + afterMs);
          for (const name of ['busy', 'idle', 'served', 'queries'] as const) {
            expect(after[name]).toBeGreaterThanOrEqual(before[name]);
          }
          before = after;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('never fall, even if the load changes its mind about the past', () => {
    let demand = 3;
    const state = cluster({ load: () => demand });
    let before = scrape(state, START + 1_000);
    for (let step = 1; step < 60; step += 1) {
      demand = step % 2 === 0 ? 3 : 0;
      const after = scrape(state, START + 1_000 + step * 700);
      expect(after.busy).toBeGreaterThanOrEqual(before.busy);
      expect(after.queries).toBeGreaterThanOrEqual(before.queries);
      before = after;
    }
  });

  it('of a process begin anew when it is started again; those of its machine go on', () => {
    const state = cluster();
    const before = scrape(state, START + 10 * MINUTE, 2);
    endBackend(state, backendAt(state, 2));
    endFrontend(state, frontendAt(state, 2));
    advance(state, START + 11 * MINUTE);
    startBackend(state, backendAt(state, 2));
    startFrontend(state, frontendAt(state, 2), undefined);
    const after = scrape(state, START + 13 * MINUTE, 2);
    expect(before.served).toBeGreaterThan(100);
    expect(after.served).toBeLessThan(before.served / 2);
    expect(after.queries).toBeLessThan(before.queries / 2);
    expect(after.busy).toBeGreaterThan(before.busy);
    expect(after.busy + after.idle).toBeCloseTo(13 * 60, 6);
  });

  it('of a host count once, also when somebody registers it by a wrong port as well', () => {
    const state = cluster();
    const before = scrape(state, START + MINUTE);
    addBackend(state, { host: backendAt(state, 0).host, heartbeatPort: 9999, tags: { location: 'default' } });
    const after = scrape(state, START + 2 * MINUTE);
    expect(after.busy + after.idle).toBeCloseTo(120, 6);
    expect(after.served).toBeGreaterThan(before.served);
  });

  it('of a machine without a member idle on', () => {
    const state = cluster({ spareBackends: 1, spareBackendsRunning: true });
    advance(state, START + HOUR);
    const spare = advanceCounters(state).backends.get(state.backends[4]?.host ?? '');
    expect(spare?.busySeconds).toBeCloseTo(0.03 * 3_600, 6);
    expect(spare?.servedSeconds).toBe(0);
  });
});
