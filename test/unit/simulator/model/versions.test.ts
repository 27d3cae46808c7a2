import { describe, expect, it } from 'vitest';
import { configValue } from '../../../../src/simulator/model/changes.ts';
import { createState } from '../../../../src/simulator/model/create-state.ts';
import { registeredBackends, tabletNum } from '../../../../src/simulator/model/queries.ts';
import { VERSION_PROFILES } from '../../../../src/simulator/model/version-profile.ts';
import { backend, cluster, DAY, snapshot, START_MS, wait } from './support.ts';

describe.each([
  ['2.1', 'counter', 60_000, false, 91_000, true, true, false, 5000],
  ['3.0', 'counter', 60_000, true, undefined, false, false, false, 5000],
  ['4.0', 'clock', 30_000, true, undefined, false, false, true, 50_000],
] as const)('version %s', (version, ids, diskReportMs, checks, masterEnds, staysUp, cuts, empties, threshold) => {
  it('behaves as its profile says', () => {
    expect(VERSION_PROFILES[version]).toMatchObject({
      ids,
      heartbeatMs: 10_000,
      diskReportMs,
      checksDecommission: checks,
      masterEndsOnLostMajorityMs: masterEnds,
      droppedFollowerStaysUp: staysUp,
      cutsConnectAttributes: cuts,
      emptiesShuttingDown: empties,
    });
  });

  it('has its internal tables and its kind of ids', () => {
    const state = cluster({ version });
    const internal = state.databases.find(({ name }) => name === '__internal_schema');
    const second = version === '4.0' ? 'partition_statistics' : 'histogram_statistics';
    expect(internal?.tables.map(({ name }) => name).toSorted()).toEqual(
      ['audit_log', 'column_statistics', second].toSorted(),
    );
    expect(backend(state, 0).row.id).toMatch(ids === 'clock' ? /^\d{13}$/ : /^1\d{4}$/);
  });

  it('knows the threshold of its drop check', () => {
    const state = cluster({ version });
    expect(configValue(state, state.masterHost ?? '', 'decommission_tablet_check_threshold')).toBe(String(threshold));
    expect(configValue(state, state.masterHost ?? '', 'no_such_key')).toBeUndefined();
  });
});

describe('a new cluster', () => {
  it('has the recorded tables: 68 tablets, 114 replicas in shop', () => {
    const state = cluster();
    const shop = state.databases.find(({ name }) => name === 'shop');
    const shape = shop?.tables.map(({ name, partitions }) => [
      name,
      partitions.map(({ tablets }) => tablets.length),
      partitions[0]?.replicaAllocation,
    ]);
    expect(shape).toEqual([
      ['orders', [10, 10], { default: 3 }],
      ['events', [12], { default: 2 }],
      ['scratch', [6], { default: 1 }],
      ['c1', [4], { default: 3 }],
      ['c2', [4], { default: 3 }],
    ]);
    expect(state.index.places.size).toBe(68);
  });

  it.each([
    [1, 5],
    [2, 20],
    [6, 20],
    [40, 3],
    [120, 20],
  ])('of %i backends holds %i GiB on each, in some hundred tablets, evenly', (backends, gibibytes) => {
    const state = createState({
      version: '4.0',
      seed: 3,
      speed: 1,
      startAtMs: START_MS,
      frontends: 1,
      backends,
      backendBytes: gibibytes * 2 ** 30,
      load: () => 0,
    });
    for (const { row } of registeredBackends(state)) {
      expect(tabletNum(state, row.id)).toBeGreaterThan(100);
      expect(tabletNum(state, row.id)).toBeLessThan(400);
      const bytes = state.index.backends.get(row.id)?.bytesByDisk ?? [];
      const total = bytes.reduce((sum, each) => sum + each, 0);
      expect(total / (gibibytes * 2 ** 30)).toBeGreaterThan(0.95);
      expect(total / (gibibytes * 2 ** 30)).toBeLessThan(1.15);
      expect(Math.abs((bytes[0] ?? 0) - (bytes[1] ?? 0)) / total).toBeLessThan(0.1);
    }
    for (const { tablet } of state.index.places.values()) {
      expect(new Set(tablet.replicas.map(({ backendId }) => backendId)).size).toBe(tablet.replicas.length);
      expect(tablet.replicas.length).toBeLessThanOrEqual(Math.min(3, backends));
    }
  });

  it('without backends has no tables to lay on any', () => {
    const state = cluster({ backends: 0, spareBackends: 0 });
    expect(state.index.places.size).toBe(0);
    expect(state.databases.map(({ name }) => name)).toEqual(['__internal_schema', 'mysql']);
  });

  it('is balanced and healthy: nothing ever happens by itself', () => {
    const state = cluster({ dataset: 'scaled' });
    const before = snapshot(state);
    wait(state, 400 * DAY);
    expect(state.scheduler).toMatchObject({ pending: [], running: [], history: [] });
    const held = (one: unknown): unknown => (one as { readonly held: unknown }).held;
    expect(held(snapshot(state))).toEqual(held(before));
  });
});

it('a year of quiet is looked through as quickly as a minute', () => {
  const looks = (durationMs: number): number => {
    const state = cluster();
    const watched = backend(state, 0);
    const { process } = watched;
    let count = 0;
    Object.defineProperty(watched, 'process', {
      get: () => {
        count += 1;
        return process;
      },
    });
    wait(state, durationMs);
    return count;
  };
  expect(looks(365 * DAY)).toBe(looks(60_000));
});
