import { describe, expect, it } from 'vitest';
import { createCluster } from '../../../../src/simulator/create-cluster.ts';
import { frontendMetrics } from '../../../../src/simulator/exposition/frontend-metrics.ts';
import { startBackend } from '../../../../src/simulator/model/backends/processes.ts';
import { endFrontend, startFrontend } from '../../../../src/simulator/model/frontends/processes.ts';
import { diskUse } from '../../../../src/simulator/model/queries.ts';
import type { ClusterState } from '../../../../src/simulator/model/state.ts';
import {
  backend,
  cluster,
  decommission,
  fault,
  frontend,
  HOUR,
  master,
  MINUTE,
  SECOND,
  START_MS,
  wait,
  waitUntil,
} from '../model/support.ts';

const GIB = 2 ** 30;

function usedRatios(state: ClusterState, index: number): readonly number[] {
  return diskUse(state, backend(state, index)).map(({ availableBytes, totalBytes }) => 1 - availableBytes / totalBytes);
}

function rejectedLoads(state: ClusterState): number {
  const text = frontendMetrics(state, master(state).host) ?? '';
  return Number(/txn_counter\{type="reject"\} (\d+)/.exec(text)?.[1] ?? Number.NaN);
}

describe('other files', () => {
  it('fill a disk at their rate, stop where it is full, and give way at theirs', () => {
    const state = cluster();
    const { host } = backend(state, 0);
    const path = '/data1/doris/storage';
    const [startRatio = 0, other] = usedRatios(state, 0);
    fault(state, { kind: 'filling-disk', host, path, bytesPerHour: 100 * GIB });
    wait(state, 2 * HOUR);
    expect(usedRatios(state, 0)[0]).toBeCloseTo(startRatio + 0.2, 4);
    expect(usedRatios(state, 0)[1]).toBe(other);
    wait(state, 24 * HOUR);
    expect(usedRatios(state, 0)[0]).toBe(1);
    fault(state, { kind: 'filling-disk', host, path, bytesPerHour: -100 * GIB });
    wait(state, 2 * HOUR);
    expect(usedRatios(state, 0)[0]).toBeCloseTo(0.8, 2);
    fault(state, { kind: 'filling-disk', host, path, bytesPerHour: 0 });
    const [kept] = usedRatios(state, 0);
    wait(state, 24 * HOUR);
    expect(usedRatios(state, 0)[0]).toBe(kept);
  });

  it('that fill the others up stop a drain half way', () => {
    const state = cluster();
    for (const index of [1, 2, 3])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.94999 });
    const [leaving] = decommission(state, 0);
    for (const index of [1, 2, 3]) {
      fault(state, { kind: 'filling-disk', host: backend(state, index).host, bytesPerHour: 100 * GIB });
    }
    wait(state, HOUR);
    expect(leaving?.row.decommissioned).toBe(true);
    expect(state.scheduler.history.at(-1)?.errorMessage).toMatch(/^unable to find dest path for new replica/);
  });
});

describe('a backend whose disk is full', () => {
  it('refuses copies by its own rule: 90 % and less than 1 GiB left, though the FE sends them', () => {
    const state = cluster({ diskBytes: 4 * GIB });
    // The FE is told to look away.
    for (const key of ['storage_high_watermark_usage_percent', 'storage_flood_stage_usage_percent']) {
      fault(state, { kind: 'frontend-config', key, value: '100', everywhere: false });
    }
    for (const key of ['storage_min_left_capacity_bytes', 'storage_flood_stage_left_capacity_bytes']) {
      fault(state, { kind: 'frontend-config', key, value: '0', everywhere: false });
    }
    for (const index of [1, 2, 3])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.92 });
    const [leaving] = decommission(state, 0);
    wait(state, 5 * MINUTE);
    expect(leaving?.row.decommissioned).toBe(true);
    expect(state.scheduler.history.map(({ errorMessage }) => errorMessage)).toContainEqual(
      expect.stringMatching(
        /^\[EXCEEDED_LIMIT\]reach the capacity limit of path \/data[12]\/doris\/storage, file_size=\d+$/,
      ),
    );
    for (const index of [1, 2, 3])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.2 });
    waitUntil(state, 'gone', () => leaving?.row === undefined);
  });

  it('refuses copies from the share on that it is told to', () => {
    const state = cluster();
    for (const index of [1, 2, 3])
      fault(state, { kind: 'full-disk', host: backend(state, index).host, usedRatio: 0.7 });
    fault(state, { kind: 'backend-flood-stage', usedRatio: 0.7 });
    const [leaving] = decommission(state, 0);
    wait(state, 5 * MINUTE);
    expect(leaving?.row.decommissioned).toBe(true);
    fault(state, { kind: 'backend-flood-stage', usedRatio: null });
    waitUntil(state, 'gone', () => leaving?.row === undefined);
  });

  it('refuses loads, which the master counts, and takes them again', () => {
    const state = cluster();
    const { host } = backend(state, 0);
    wait(state, HOUR);
    expect(rejectedLoads(state)).toBe(0);
    fault(state, { kind: 'full-disk', host, usedRatio: 1 });
    wait(state, HOUR);
    const rejected = rejectedLoads(state);
    expect(rejected).toBeGreaterThan(0);
    fault(state, { kind: 'full-disk', host, usedRatio: 0.1 });
    // Until the next look at what disks hold.
    wait(state, SECOND);
    const last = rejectedLoads(state);
    wait(state, HOUR);
    expect(rejectedLoads(state)).toBeLessThanOrEqual(last + 1);
  });
});

describe('a dead host', () => {
  it('runs nothing, however often it is started, until it is back', () => {
    const state = cluster();
    const dead = backend(state, 0);
    fault(state, { kind: 'dead-host', host: dead.host, on: true });
    startBackend(state, dead);
    wait(state, MINUTE);
    expect([dead.process, dead.row.alive]).toEqual(['down', false]);
    fault(state, { kind: 'dead-host', host: dead.host, on: false });
    startBackend(state, dead);
    wait(state, MINUTE);
    expect([dead.process, dead.row.alive]).toEqual(['up', true]);
  });

  it('takes its FE with it', () => {
    const state = cluster();
    const old = master(state);
    fault(state, { kind: 'dead-host', host: old.host, on: true });
    wait(state, MINUTE);
    startFrontend(state, old, undefined);
    wait(state, MINUTE);
    expect([old.process, master(state) === old]).toEqual(['down', false]);
  });
});

describe('an FE whose clock is wrong', () => {
  it.each([
    [-28_667, 'down', /^Clock delta: 28667 ms\. between Feeder .* exceeds max permissible delta: 5000 ms$/],
    [5_001, 'down', /^Clock delta: 5001 ms/],
    [5_000, 'up', undefined],
  ] as const)('by %s ms ends %s', (skewMs, process, words) => {
    const state = cluster();
    const follower = frontend(state, 1);
    endFrontend(state, follower);
    fault(state, { kind: 'clock-skew', host: follower.host, skewMs });
    startFrontend(state, follower, undefined);
    wait(state, MINUTE);
    expect(follower.process).toBe(process);
    if (words === undefined) expect(follower.lastWords).toBeUndefined();
    else expect(follower.lastWords).toMatch(words);
    fault(state, { kind: 'clock-skew', host: follower.host, skewMs: 0 });
    startFrontend(state, follower, undefined);
    wait(state, MINUTE);
    expect([follower.process, follower.lastWords]).toEqual(['up', undefined]);
  });
});

describe('a start script that loses --helper', () => {
  it.each([
    [true, 'own-cluster'],
    [false, 'up'],
  ] as const)('%s: the new FE is %s', (on, process) => {
    const simulated = createCluster({
      version: '4.0',
      seed: 7,
      speed: 1,
      startAtMs: START_MS,
      frontends: 1,
      spareFrontends: 1,
      backends: 1,
      dataset: 'recorded',
      load: () => 1,
    });
    const spare = simulated.frontends().find(({ registered }) => !registered)?.host ?? '';
    const session = simulated.openSession('127.0.0.2', 'root', '127.0.0.1', 1, START_MS);
    simulated.execute(session, `ALTER SYSTEM ADD OBSERVER "${spare}:9010"`, START_MS);
    simulated.inject({ kind: 'helper-lost', on }, START_MS);
    simulated.startFrontend(spare, '127.0.0.2:9010', START_MS);
    const answer = simulated.execute(session, 'SHOW FRONTENDS', START_MS + MINUTE);
    if (answer.kind !== 'rows') throw new Error(answer.kind);
    const shown = (row: readonly (string | null)[], name: string): string | null =>
      row[answer.columns.findIndex((column) => column.name === name)] ?? null;
    const row = answer.rows.find((each) => shown(each, 'Host') === spare) ?? [];
    if (process === 'up') expect([shown(row, 'Alive'), shown(row, 'ErrMsg')]).toEqual(['true', '']);
    else
      expect([shown(row, 'Alive'), shown(row, 'ErrMsg')]).toEqual([
        'false',
        expect.stringMatching(/^invalid cluster id: \d+$/),
      ]);
  });
});
