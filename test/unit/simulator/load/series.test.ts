import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedSeries } from '../../../../src/simulator/cluster.ts';
import { recordLoad } from '../../../../src/simulator/load/record.ts';
import { seriesAt } from '../../../../src/simulator/load/series.ts';
import { advance } from '../../../../src/simulator/model/advance.ts';
import { endBackend, startBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { addBackend, dropBackend, setDecommissioned, setDisabled } from '../../../../src/simulator/model/changes.ts';
import { endFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import { diskUse } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { backendAt, cluster, frontendAt, HOUR, MINUTE, START } from './cluster.ts';

const ALL: readonly SimulatedSeries[] = [
  'be_cpu_ratio',
  'be_disk_used_bytes',
  'be_disk_total_bytes',
  'be_disk_ratio',
  'be_memory_bytes',
  'be_compaction_score',
  'fe_qps',
  'fe_heap_ratio',
  'fe_connections',
  'fe_query_p99_ms',
];
const IDLE = 0.03;

function values(state: ClusterState, name: SimulatedSeries, atMs = state.nowMs): readonly number[] {
  return seriesAt(state, name, atMs).map(({ value }) => value);
}

function hosts(state: ClusterState, name: SimulatedSeries, atMs = state.nowMs): readonly string[] {
  return seriesAt(state, name, atMs).map(({ host }) => host);
}

function expectEach(found: readonly number[], count: number, value: number): void {
  expect(found).toHaveLength(count);
  for (const each of found) expect(each).toBeCloseTo(value, 6);
}

/** Everything that was seen at some instants. */
function seen(state: ClusterState, instants: readonly number[]): unknown {
  return instants.map((atMs) => ALL.map((name) => seriesAt(state, name, atMs)));
}

describe('CPU of the backends', () => {
  it.each([
    { demand: 0, backends: 4, each: IDLE },
    { demand: 2, backends: 4, each: 0.5 + IDLE },
    { demand: 2, backends: 5, each: 0.4 + IDLE },
    { demand: 3, backends: 3, each: 1 },
    { demand: 9, backends: 3, each: 1 },
  ])('$demand busy backends over $backends are $each of each', ({ demand, backends, each }) => {
    const state = cluster({ backends, load: () => demand });
    expectEach(values(state, 'be_cpu_ratio'), backends, each);
  });

  it('adds up to the demand as long as nothing is saturated', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.double({ min: 0, max: 0.95, noNaN: true }), (backends, share) => {
        const state = cluster({ backends, load: () => share * backends });
        const served = values(state, 'be_cpu_ratio').reduce((total, cpu) => total + cpu - IDLE, 0);
        expect(served).toBeCloseTo(share * backends, 6);
      }),
      { numRuns: 30 },
    );
  });

  it('follows the load at each instant, long before the start too', () => {
    const state = cluster({ load: (atMs) => (atMs < START - 24 * HOUR ? 1 : 2) });
    expect(values(state, 'be_cpu_ratio', START - 28 * 24 * HOUR)[0]).toBeCloseTo(0.25 + IDLE, 6);
    expect(values(state, 'be_cpu_ratio', START - HOUR)[0]).toBeCloseTo(0.5 + IDLE, 6);
  });

  it('of a backend without queries goes to the others', () => {
    const state = cluster();
    setDisabled(state, backendAt(state, 1), 'query', true);
    const [first, second] = values(state, 'be_cpu_ratio');
    expect(first).toBeCloseTo(2 / 3 + IDLE, 6);
    expect(second).toBeCloseTo(IDLE, 6);
  });

  it('of a backend without loads and of one that leaves stays', () => {
    const state = cluster();
    setDisabled(state, backendAt(state, 1), 'load', true);
    setDecommissioned(state, backendAt(state, 2), true);
    expectEach(values(state, 'be_cpu_ratio'), 4, 0.5 + IDLE);
  });

  it('rises where tablets go and come from, and falls again when they have moved', () => {
    const state = cluster({ backends: 5 });
    setDecommissioned(state, backendAt(state, 0), true);
    const instants = Array.from({ length: 720 }, (_, index) => START + (index + 1) * 5_000);
    for (const atMs of instants) advance(state, atMs);
    const highest = Math.max(...instants.map((atMs) => values(state, 'be_cpu_ratio', atMs)[0] ?? 0));
    expect(highest).toBeGreaterThan(0.4 + IDLE + 0.02);
    expect(highest).toBeLessThanOrEqual(0.4 + IDLE + 0.1 + 1e-9);
    expect(backendAtHost(state, 0)).toBe(false);
    expectEach(values(state, 'be_cpu_ratio'), 4, 0.5 + IDLE);
  });
});

function backendAtHost(state: ClusterState, index: number): boolean {
  return hosts(state, 'be_cpu_ratio').includes(state.backends[index]?.host ?? '');
}

describe('who has series', () => {
  it('is every member, at any time before the start as well', () => {
    const state = cluster({ spareBackends: 2, spareBackendsRunning: true, spareFrontends: 1 });
    for (const atMs of [START, START - 28 * 24 * HOUR]) {
      expect(hosts(state, 'be_cpu_ratio', atMs)).toEqual(state.backends.slice(0, 4).map(({ host }) => host));
      expect(hosts(state, 'fe_qps', atMs)).toEqual(state.frontends.slice(0, 3).map(({ host }) => host));
    }
  });

  it('is a removed backend as long as it served, and no longer', () => {
    const state = cluster();
    const leaving = backendAt(state, 3);
    advance(state, START + 10 * MINUTE);
    dropBackend(state, leaving);
    recordLoad(state);
    expect(hosts(state, 'be_cpu_ratio', START + 9 * MINUTE)).toContain(leaving.host);
    expect(hosts(state, 'be_cpu_ratio', START + 10 * MINUTE)).not.toContain(leaving.host);
    expect(values(state, 'be_cpu_ratio', START + 9 * MINUTE)[0]).toBeCloseTo(0.5 + IDLE, 6);
    expect(values(state, 'be_cpu_ratio', START + 10 * MINUTE)[0]).toBeCloseTo(2 / 3 + IDLE, 6);
  });

  it('is an added backend from then on, which serves once a heartbeat has found it', () => {
    const state = cluster({ spareBackends: 1 });
    const spare = state.backends[4];
    if (spare === undefined) throw new Error('there is no spare');
    startBackend(state, spare);
    advance(state, START + MINUTE);
    addBackend(state, { host: spare.host, heartbeatPort: spare.ports.heartbeat, tags: { location: 'default' } });
    recordLoad(state);
    expect(values(state, 'be_cpu_ratio')[4]).toBeCloseTo(IDLE, 6);
    advance(state, START + 3 * MINUTE);
    expect(hosts(state, 'be_cpu_ratio', START)).not.toContain(spare.host);
    expect(values(state, 'be_cpu_ratio')[0]).toBeLessThan(0.5 + IDLE);
    expect(values(state, 'be_cpu_ratio')[4]).toBeGreaterThanOrEqual(2 / 5 + IDLE - 1e-9);
  });

  it('is no node whose process is down, and its load goes to the others', () => {
    const state = cluster();
    const dead = backendAt(state, 0);
    endBackend(state, dead);
    endFrontend(state, frontendAt(state, 2));
    recordLoad(state);
    expect(hosts(state, 'be_cpu_ratio')).not.toContain(dead.host);
    expect(hosts(state, 'fe_qps')).toHaveLength(2);
    expect(values(state, 'be_cpu_ratio')[0]).toBeCloseTo(2 / 3 + IDLE, 6);
  });

  it('stays as it was in the past, whatever happens later', () => {
    const change = fc.record({ index: fc.nat(5), kind: fc.constantFrom('drop', 'disable', 'leave', 'kill', 'start') });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const state = cluster({ backends: 6 });
        const instants = [START - HOUR, START];
        for (const { index, kind } of changes) {
          const before = seen(state, instants);
          const backend = state.backends[index];
          advance(state, state.nowMs + 3 * MINUTE);
          if (backend === undefined) continue;
          if (kind === 'drop') dropBackend(state, backend);
          if (kind === 'disable') setDisabled(state, backend, 'query', true);
          if (kind === 'leave') setDecommissioned(state, backend, true);
          if (kind === 'kill') endBackend(state, backend);
          if (kind === 'start') startBackend(state, backend);
          recordLoad(state);
          expect(seen(state, instants)).toEqual(before);
          instants.push(state.nowMs);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('disks', () => {
  it('hold what SHOW BACKENDS shows', () => {
    const state = cluster();
    state.backends.forEach((backend, index) => {
      const disks = diskUse(state, backend);
      const total = disks.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
      const available = disks.reduce((sum, { availableBytes }) => sum + availableBytes, 0);
      expect(values(state, 'be_disk_total_bytes')[index]).toBe(total);
      expect(values(state, 'be_disk_used_bytes')[index]).toBe(total - available);
      expect(values(state, 'be_disk_ratio')[index]).toBeCloseTo((total - available) / total, 9);
    });
  });

  it('fill up where tablets go, and are remembered as they were', () => {
    const state = cluster();
    const before = values(state, 'be_disk_used_bytes', START);
    setDecommissioned(state, backendAt(state, 0), true);
    advance(state, START + 2 * HOUR);
    const after = values(state, 'be_disk_used_bytes');
    expect(after.every((bytes, index) => bytes > (before[index + 1] ?? 0))).toBe(true);
    expect(values(state, 'be_disk_used_bytes', START)).toEqual(before);
  });
});

describe('frontends', () => {
  it.each([
    { demand: 2, backends: 4, queries: 500 },
    { demand: 0, backends: 4, queries: 0 },
    { demand: 9, backends: 4, queries: 970 },
  ])('answer $queries queries a second for $demand busy of $backends backends', ({ demand, backends, queries }) => {
    const state = cluster({ backends, load: () => demand });
    expect(values(state, 'fe_qps').reduce((total, qps) => total + qps, 0)).toBeCloseTo(queries, 6);
  });

  it('show more of everything under more load', () => {
    const quiet = cluster({ load: () => 0.5 });
    const busy = cluster({ load: () => 3.6 });
    for (const name of ['fe_qps', 'fe_heap_ratio', 'fe_connections', 'fe_query_p99_ms'] as const) {
      expect(values(busy, name)[0]).toBeGreaterThan(values(quiet, name)[0] ?? 0);
    }
    expect(values(busy, 'be_memory_bytes')[0]).toBeGreaterThan(values(quiet, 'be_memory_bytes')[0] ?? 0);
    expect(values(busy, 'be_compaction_score')[0]).toBeGreaterThan(values(quiet, 'be_compaction_score')[0] ?? 0);
  });

  it('share the queries among those that serve', () => {
    const state = cluster();
    endFrontend(state, frontendAt(state, 2));
    advance(state, START + MINUTE);
    expectEach(values(state, 'fe_qps'), 2, 250);
  });
});

describe('a quiet time', () => {
  it('costs no memory: a month leaves as many notes as an hour', () => {
    const state = cluster();
    advance(state, START + HOUR);
    const notes = (): number =>
      state.load.eras.length + [...state.load.holdings.values()].reduce((total, { length }) => total + length, 0);
    const before = notes();
    for (let day = 1; day <= 30; day += 1) advance(state, START + day * 24 * HOUR);
    recordLoad(state);
    expect(notes()).toBe(before);
  });
});
