import { describe, expect, it } from 'vitest';
import { endBackend, startBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { dropBackend, setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { decommissionRefusal, tabletNum } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import { tabletHealth } from '../../../../src/simulator/model/tablets/tablet-health.ts';
import { type RecordedVersion, recordedResults } from '../../../support/doris/recordings.ts';
import {
  backend,
  cluster,
  configure,
  DAY,
  decommission,
  fault,
  HOUR,
  MINUTE,
  SECOND,
  snapshot,
  wait,
  waitUntil,
} from './support.ts';

function health(state: ClusterState): ReturnType<typeof tabletHealth> {
  const [first, ...rest] = state.databases.map((database) => tabletHealth(state, database));
  if (first === undefined) throw new Error('there is no database');
  const keys = Object.keys(first) as (keyof typeof first)[];
  return Object.fromEntries(
    keys.map((key) => [key, rest.reduce((sum, each) => sum + each[key], first[key])]),
  ) as typeof first;
}

/** Ids, hosts and paths stand for themselves. */
function shapeOf(text: string): string {
  return text.replace(/backendId=\d+/g, 'backendId=N').replace(/host=[\d.]+/g, 'host=H');
}

function recordedErrors(version: RecordedVersion, pattern: RegExp): ReadonlySet<string> {
  const rows = recordedResults(version, /history_tablets/).flatMap(({ result }) =>
    result.rows.map((row) => row[result.columns.indexOf('ErrMsg')] ?? ''),
  );
  return new Set(rows.filter((text) => pattern.test(text)).map(shapeOf));
}

describe('a drain that nobody can take', () => {
  it('of the fourth backend above the flood stage stands still, with the recorded text in the history', () => {
    const state = cluster();
    for (const index of [0, 1, 2])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.96 });
    const [leaving] = decommission(state, -1);
    const before = tabletNum(state, leaving?.row.id ?? '');
    wait(state, 5 * MINUTE);
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(before);
    expect(state.scheduler.running).toEqual([]);
    const told = state.scheduler.history.map(({ state: is, errorMessage }) => `${is} ${shapeOf(errorMessage)}`);
    const recorded = recordedErrors('4.x', /^unable to find dest path for new replica for .* isDecommissioned=true/);
    expect(recorded.size).toBeGreaterThan(0);
    const ordered = (text: string): string => [...text.matchAll(/\[backendId=[^\]]*\]/g)].map(String).toSorted().join();
    expect(told.map(ordered)).toContain([...recorded].map(ordered)[0]);
    expect(new Set(told.map((text) => text.split(' ')[0]))).toEqual(new Set(['CANCELLED']));
  });

  it('goes on to 95 % where the first choice ends at 85 %', () => {
    const state = cluster();
    for (const index of [0, 1, 2])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.9 });
    decommission(state, -1);
    waitUntil(state, 'gone', () => state.index.members.size === 3);
  });

  it('of one of three in 2.1 leaves the tablets of three replicas where they are, each found again every 20 s', () => {
    const state = cluster({ version: '2.1', backends: 3 });
    const [leaving] = decommission(state, -1);
    wait(state, 10 * MINUTE);
    const left = [...(state.index.backends.get(leaving?.row.id ?? '')?.replicas.keys() ?? [])];
    expect(left.length).toBeGreaterThan(0);
    for (const tabletId of left) {
      expect(state.index.places.get(tabletId)?.partition.replicaAllocation).toEqual({ default: 3 });
    }
    const ofOne = state.scheduler.history.filter(
      ({ tabletId, state: is }) => tabletId === left[0] && is === 'CANCELLED',
    );
    const gaps = ofOne.slice(1).map(({ createdAtMs }, index) => createdAtMs - (ofOne[index]?.createdAtMs ?? 0));
    expect(new Set(gaps)).toEqual(new Set([20 * SECOND]));
    expect(ofOne[0]).toMatchObject({
      status: 'REPLICA_MISSING',
      priority: 'LOW',
      errorMessage: 'unable to find dest path for new replica',
    });
    // As the recording of it: colocated ones, which cannot move either, count as healthy.
    expect(left).toHaveLength(50);
    expect(health(state)).toMatchObject({ tablets: 68, healthy: 26, replicaRelocating: 42 });
    expect(state.colocateGroups.map(({ stable }) => stable)).toEqual([true]);
  });

  it('is what a version that checks would refuse', () => {
    const state = cluster({ backends: 3 });
    const refusal = decommissionRefusal(state, [backend(state, 0).row.id]);
    expect(refusal).toMatchObject({ tag: 'default', available: 2 });
    expect(refusal?.partition.replicaAllocation).toEqual({ default: 3 });
    expect(decommissionRefusal(cluster({ backends: 4 }), [backend(state, 0).row.id])).toBeUndefined();
  });

  it('shows the same history however long nobody looked', () => {
    const stuck = (): ClusterState => {
      const state = cluster();
      for (const index of [0, 1, 2]) {
        fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.96 });
      }
      decommission(state, -1);
      return state;
    };
    const [asleep, awake] = [stuck(), stuck()];
    wait(asleep, 4 * HOUR);
    for (let minute = 0; minute < 4 * 60; minute += 1) wait(awake, MINUTE);
    expect(asleep.scheduler.history).toHaveLength(1000);
    expect(snapshot(asleep)).toEqual(snapshot(awake));
  });

  it('goes on as soon as there is room', () => {
    const state = cluster();
    const others = [0, 1, 2].map((index) => backend(state, index).host);
    for (const host of others) fault(state, { kind: 'full-disk', host, usedRatio: 0.96 });
    const [leaving] = decommission(state, -1);
    wait(state, 5 * MINUTE);
    for (const host of others) fault(state, { kind: 'full-disk', host, usedRatio: 0.2 });
    waitUntil(state, 'gone', () => leaving?.row === undefined, 10 * MINUTE);
  });
});

describe('a drain with a switch or a fault', () => {
  it('with the scheduler off leaves no trace at all, and goes on when it is on again', () => {
    const state = cluster();
    configure(state, 'disable_tablet_scheduler', 'true');
    const [leaving] = decommission(state, -1);
    const before = tabletNum(state, leaving?.row.id ?? '');
    wait(state, DAY);
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(before);
    expect([state.scheduler.pending, state.scheduler.running, state.scheduler.history]).toEqual([[], [], []]);
    expect(health(state).replicaRelocating).toBeGreaterThan(0);
    configure(state, 'disable_tablet_scheduler', 'false');
    expect(waitUntil(state, 'pending', () => state.scheduler.pending.length > 0)).toBeLessThanOrEqual(20 * SECOND);
  });

  it('that is switched off half way says so of what waited', () => {
    const state = cluster();
    decommission(state, -1);
    waitUntil(state, 'running', () => state.scheduler.running.length > 0);
    configure(state, 'disable_tablet_scheduler', 'true');
    wait(state, MINUTE);
    expect(state.scheduler.pending).toEqual([]);
    expect(state.scheduler.history).toContainEqual(
      expect.objectContaining({ errorMessage: 'tablet scheduler is disabled', code: 'DIAGNOSE_IGNORE' }),
    );
  });

  it('whose clones fail shows their text, and others gain and lose replicas', () => {
    const state = cluster();
    fault(state, { kind: 'failing-clones', error: '[INTERNAL_ERROR]failed to download file' });
    const [leaving] = decommission(state, -1);
    const before = tabletNum(state, leaving?.row.id ?? '');
    const others: number[] = [];
    for (let second = 0; second < 90; second += 1) {
      wait(state, SECOND);
      others.push(tabletNum(state, backend(state, 0).row.id));
    }
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(before);
    expect(new Set(others).size).toBeGreaterThan(1);
    expect(state.scheduler.history).toContainEqual(
      expect.objectContaining({
        state: 'CANCELLED',
        failedRunning: 3,
        errorMessage: '[INTERNAL_ERROR]failed to download file',
      }),
    );
    fault(state, { kind: 'failing-clones', error: null });
    waitUntil(state, 'gone', () => state.index.members.size === 3);
  });

  it('waits for loads that began before, then deletes', () => {
    const state = cluster();
    fault(state, { kind: 'open-transaction', database: 'shop', label: 'nightly', on: true });
    const [leaving] = decommission(state, -1);
    wait(state, 10 * MINUTE);
    const left = [...(state.index.backends.get(leaving?.row.id ?? '')?.replicas.values() ?? [])];
    expect(left.length).toBeGreaterThan(0);
    expect(new Set(left.map((replica) => replica.state))).toEqual(new Set(['DECOMMISSION']));
    expect(state.scheduler.pending[0]).toMatchObject({
      code: 'WAITING_DECOMMISSION',
      errorMessage: expect.stringMatching(/^wait txn before pre watermark txn \d+ to be finished$/) as string,
    });
    fault(state, { kind: 'open-transaction', database: 'shop', label: 'nightly', on: false });
    expect(waitUntil(state, 'gone', () => state.index.members.size === 3)).toBeLessThan(MINUTE);
  });

  it('does not wait for a load that began after', () => {
    const state = cluster();
    decommission(state, -1);
    wait(state, 21 * SECOND);
    waitUntil(state, 'most is gone', () => state.scheduler.pending.length === 0);
    fault(state, { kind: 'open-transaction', database: '__internal_schema', label: 'audit', on: true });
    fault(state, { kind: 'open-transaction', database: '__internal_schema', label: 'audit', on: false });
    waitUntil(state, 'gone', () => state.index.members.size === 3);
  });

  it('of a table that is being altered waits for that', () => {
    const state = cluster();
    const job = { kind: 'running-job', job: 'schema_change', database: 'shop', table: 'events' } as const;
    fault(state, { ...job, on: true });
    const [leaving] = decommission(state, -1);
    wait(state, 10 * MINUTE);
    const tables = [...(state.index.backends.get(leaving?.row.id ?? '')?.replicas.keys() ?? [])].map(
      (tabletId) => state.index.places.get(tabletId)?.table.name,
    );
    expect(new Set(tables)).toEqual(new Set(['events']));
    expect(state.scheduler.history.at(-1)?.errorMessage).toBe(
      'table is in alter process, but tablet status is REPLICA_RELOCATING',
    );
    fault(state, { ...job, on: false });
    waitUntil(state, 'gone', () => state.index.members.size === 3);
  });

  it('leaves colocated tables alone while their balance is off', () => {
    const state = cluster();
    configure(state, 'disable_colocate_balance', 'true');
    const [leaving] = decommission(state, -1);
    wait(state, 15 * MINUTE);
    const tables = [...(state.index.backends.get(leaving?.row.id ?? '')?.replicas.keys() ?? [])].map(
      (tabletId) => state.index.places.get(tabletId)?.table.name,
    );
    expect(new Set(tables)).toEqual(new Set(['c1', 'c2']));
  });

  it('makes colocate groups unstable until their buckets have moved', () => {
    const state = cluster();
    decommission(state, -1);
    waitUntil(state, 'unstable', () => state.colocateGroups.some(({ stable }) => !stable));
    waitUntil(state, 'gone', () => state.index.members.size === 3);
    wait(state, MINUTE);
    expect(state.colocateGroups.map(({ stable }) => stable)).toEqual([true]);
    const members = [...state.index.members.keys()].toSorted();
    for (const bucket of state.colocateGroups[0]?.placement ?? []) expect(bucket.toSorted()).toEqual(members);
  });
});

describe('an empty backend', () => {
  it('stays while drop_backend_after_decommission is off', () => {
    const state = cluster();
    configure(state, 'drop_backend_after_decommission', 'false');
    const [leaving] = decommission(state, -1);
    wait(state, 30 * MINUTE);
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(0);
    expect(leaving?.row.decommissioned).toBe(true);
    configure(state, 'drop_backend_after_decommission', 'true');
    expect(waitUntil(state, 'gone', () => leaving?.row === undefined)).toBeLessThanOrEqual(10 * SECOND);
  });

  it('stays while it has unfinished WALs', () => {
    const state = cluster();
    const [leaving] = decommission(state, -1);
    const host = leaving?.host ?? '';
    fault(state, { kind: 'unfinished-wals', host, wals: 2 });
    wait(state, 30 * MINUTE);
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(0);
    expect(leaving?.row).toBeDefined();
    fault(state, { kind: 'unfinished-wals', host, wals: 0 });
    expect(waitUntil(state, 'gone', () => leaving?.row === undefined)).toBeLessThanOrEqual(10 * SECOND);
  });

  it.each([
    ['2.1', 4999, true],
    ['2.1', 5000, false],
    ['4.0', 5000, true],
    ['4.0', 50_000, false],
  ] as const)('of %s with %i tablets in the recycle bin goes: %s', (version, recycled, goes) => {
    const state = cluster({ version });
    const [leaving] = decommission(state, -1);
    const host = leaving?.host ?? '';
    fault(state, { kind: 'recycled-table', table: 'old', bytes: 1, tablets: { [host]: recycled } });
    wait(state, 30 * MINUTE);
    expect(leaving?.row === undefined).toBe(goes);
    if (goes) return;
    expect(tabletNum(state, leaving?.row.id ?? '')).toBe(recycled);
    wait(state, DAY);
    expect(leaving?.row).toBeUndefined();
  });

  it('that is dead keeps its row, and others wait three minutes a round behind it', () => {
    const state = cluster({ backends: 6, dataset: 'recorded' });
    configure(state, 'drop_backend_after_decommission', 'false');
    const dead = backend(state, 0);
    const other = backend(state, 1);
    setDecommissioned(state, dead, true);
    setDecommissioned(state, other, true);
    wait(state, 30 * MINUTE);
    endBackend(state, dead);
    wait(state, 15 * SECOND);
    configure(state, 'drop_backend_after_decommission', 'true');
    const took = waitUntil(state, 'the other is gone', () => other.row === undefined);
    expect(took).toBeGreaterThanOrEqual(180 * SECOND);
    expect(took).toBeLessThanOrEqual(191 * SECOND);
    wait(state, DAY);
    expect(dead.row).toBeDefined();
    startBackend(state, dead);
    expect(waitUntil(state, 'it is gone', () => dead.row === undefined)).toBeLessThanOrEqual(30 * SECOND);
  });
});

describe('a dead backend', () => {
  it('is repaired from the others; single replicas are lost with it', () => {
    const state = cluster();
    const dead = backend(state, 0);
    const single = [...(state.index.backends.get(dead.row.id)?.replicas.keys() ?? [])].filter(
      (tabletId) => state.index.places.get(tabletId)?.tablet.replicas.length === 1,
    );
    endBackend(state, dead);
    expect(waitUntil(state, 'dead', () => !dead.row.alive)).toBeLessThanOrEqual(10 * SECOND);
    wait(state, 60 * MINUTE);
    expect(tabletNum(state, dead.row.id)).toBe(single.length);
    expect(health(state)).toMatchObject({ unrecoverable: single.length, replicaMissing: 0 });
    startBackend(state, dead);
    wait(state, 30 * MINUTE);
    expect(health(state).unrecoverable).toBe(0);
    expect(health(state).healthy).toBe(health(state).tablets);
  });

  it('is given a minute to come back, but for tablets that cannot wait', () => {
    const state = cluster({ backends: 6 });
    const dead = backend(state, 0);
    endBackend(state, dead);
    waitUntil(state, 'dead', () => !dead.row.alive);
    wait(state, 50 * SECOND);
    const early = new Set(state.scheduler.history.map(({ status, priority }) => `${status} ${priority}`));
    expect(early).toContain('REPLICA_MISSING VERY_HIGH');
    expect(
      [...early].filter((text) => /^(?!COLOCATE).*(LOW|NORMAL|HIGH)$/.test(text) && !text.includes('VERY')),
    ).toEqual([]);
    wait(state, 5 * MINUTE);
    const later = new Set(state.scheduler.history.map(({ status, priority }) => `${status} ${priority}`));
    expect(later).toContain('REPLICA_MISSING NORMAL');
  });

  it('that is back soon has lost some tablets already', () => {
    const state = cluster();
    const restarted = backend(state, 0);
    const before = tabletNum(state, restarted.row.id);
    endBackend(state, restarted);
    wait(state, 35 * SECOND);
    startBackend(state, restarted);
    wait(state, 20 * SECOND);
    expect(restarted.row).toMatchObject({ alive: true, heartbeatFailures: 0, errorMessage: '' });
    expect(tabletNum(state, restarted.row.id)).toBeLessThan(before);
    wait(state, 60 * MINUTE);
    expect(health(state).healthy).toBe(health(state).tablets);
  });

  it('that leaves keeps single replicas for good', () => {
    const state = cluster();
    const dead = backend(state, 0);
    endBackend(state, dead);
    wait(state, 15 * SECOND);
    setDecommissioned(state, dead, true);
    wait(state, DAY);
    const left = state.index.backends.get(dead.row.id)?.replicas ?? new Map<string, unknown>();
    for (const tabletId of left.keys()) expect(state.index.places.get(tabletId)?.tablet.replicas).toHaveLength(1);
    expect(dead.row).toBeDefined();
  });

  it('that is taken out with DROPP takes its replicas along at once', () => {
    const state = cluster();
    const dropped = backend(state, 0);
    const { id } = dropped.row;
    dropBackend(state, dropped);
    expect(tabletNum(state, id)).toBe(0);
    expect(health(state).replicaMissing + health(state).forceRedundant).toBeGreaterThan(0);
    wait(state, 60 * MINUTE);
    expect(health(state).healthy).toBe(health(state).tablets - health(state).unrecoverable);
  });
});
