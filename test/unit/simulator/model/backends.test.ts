import { describe, expect, it } from 'vitest';
import {
  endBackend,
  resetBackend,
  startBackend,
  stopBackend,
} from '../../../../src/simulator/model/backends/processes.ts';
import { addBackend, dropBackend, setDisabled, setTags } from '../../../../src/simulator/model/changes.ts';
import { dataUsedBytes, diskUse, registeredBackends, tabletNum } from '../../../../src/simulator/model/queries.ts';
import type { BackendState, ClusterState } from '../../../../src/simulator/model/state.ts';
import { addSpare, backend, cluster, decommission, fault, HOUR, MINUTE, SECOND, wait, waitUntil } from './support.ts';

function spare(state: ClusterState): BackendState {
  const found = state.backends.find(({ row }) => row === undefined);
  if (found === undefined) throw new Error('there is no spare backend');
  return found;
}

describe('a backend that is added', () => {
  it('is alive at a heartbeat, tells its capacity with its next report, and then takes tablets', () => {
    const state = cluster();
    addSpare(state);
    const added = backend(state, -1);
    expect(added.row).toMatchObject({ alive: false, disksReported: false, lastHeartbeatMs: undefined });
    expect(diskUse(state, added).map(({ totalBytes }) => totalBytes)).toEqual([0, 0]);
    expect(waitUntil(state, 'alive', () => added.row.alive)).toBeLessThanOrEqual(10 * SECOND);
    expect(added.storageClusterId).toBe(state.clusterId);
    const toReport = waitUntil(state, 'capacity', () => added.row.disksReported);
    expect(toReport).toBeLessThanOrEqual(state.profile.diskReportMs);
    expect(diskUse(state, added)[0]?.totalBytes).toBe(1000 * 2 ** 30);
    expect(waitUntil(state, 'tablets', () => tabletNum(state, added.row.id) > 0)).toBeLessThanOrEqual(25 * SECOND);
    expect(waitUntil(state, 'a tablet report', () => added.row.lastTabletReportMs !== undefined)).toBeLessThanOrEqual(
      MINUTE,
    );
  });

  it('is filled until loads are within a tenth, with the slots of the balancer', () => {
    const state = cluster({ dataset: 'scaled', speed: 10 });
    addSpare(state);
    const added = backend(state, -1);
    waitUntil(state, 'balancing', () => state.scheduler.running.some(({ type }) => type === 'BALANCE'));
    let most = 0;
    while (state.scheduler.tasks.size > 0 || state.scheduler.nextBalanceAtMs !== undefined) {
      most = Math.max(most, state.scheduler.running.filter(({ type }) => type === 'BALANCE').length);
      wait(state, SECOND);
    }
    expect(most).toBe(2);
    const counts = registeredBackends(state).map(({ row }) => tabletNum(state, row.id));
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(tabletNum(state, added.row.id)).toBeGreaterThan(0.85 * average);
    expect(Math.max(...counts)).toBeLessThan(1.12 * average);
  });

  it('gets an id that is higher than all before, and another when it comes again', () => {
    const state = cluster();
    addSpare(state);
    const first = backend(state, -1).row.id;
    dropBackend(state, backend(state, -1));
    addSpare(state);
    expect(Number(backend(state, -1).row.id)).toBeGreaterThan(Number(first));
    expect(registeredBackends(state).map(({ row }) => Number(row.id))).toEqual(
      registeredBackends(state)
        .map(({ row }) => Number(row.id))
        .toSorted((a, b) => a - b),
    );
  });

  it.each([
    ['10.9.9.9', 'java.net.ConnectException: Connection refused'],
    ['no-such-host.invalid', 'java.net.UnknownHostException: no-such-host.invalid'],
  ])('on %s, which nobody knows, never comes alive: %s', (host, errorMessage) => {
    const state = cluster();
    addBackend(state, { host, heartbeatPort: 9050, tags: { location: 'default' } });
    wait(state, 31 * SECOND);
    expect(backend(state, -1).row).toMatchObject({ alive: false, errorMessage });
    expect(backend(state, -1).row.heartbeatFailures).toBe(3);
    dropBackend(state, backend(state, -1));
    expect(state.backends.some((each) => each.host === host)).toBe(false);
  });

  it('with the storage of another cluster never comes alive until it was reset', () => {
    const state = cluster();
    fault(state, { kind: 'foreign-storage', host: spare(state).host, clusterId: '42' });
    addSpare(state);
    wait(state, MINUTE);
    const added = backend(state, -1);
    expect(added.row).toMatchObject({
      alive: false,
      errorMessage: `invalid cluster id. ignore. Record cluster id =42, Invalid cluster_id=${state.clusterId}`,
    });
    endBackend(state, added);
    resetBackend(added);
    startBackend(state, added);
    wait(state, MINUTE);
    expect(added.row.alive).toBe(true);
  });
});

describe('a process', () => {
  it('is up five seconds after its start, sooner the faster hosts start', () => {
    for (const speed of [1, 5]) {
      const state = cluster({ spareBackendsRunning: false, speed });
      startBackend(state, spare(state));
      const took = waitUntil(state, 'up', () => spare(state).process === 'up');
      expect(took).toBe(5 * SECOND * (1 / speed));
    }
  });

  it('that is stopped gracefully tells so in 4.0 and loses its tablets, and in 2.1 does not', () => {
    for (const [version, empties] of [
      ['4.0', true],
      ['2.1', false],
    ] as const) {
      const state = cluster({ version });
      const stopping = backend(state, 0);
      const before = tabletNum(state, stopping.row.id);
      fault(state, { kind: 'running-queries', host: stopping.host, queries: 3 });
      stopBackend(state, stopping, { graceful: true });
      wait(state, 100 * SECOND);
      expect(stopping.process).toBe('shutting-down');
      expect(stopping.row.shutdown).toBe(empties);
      expect(tabletNum(state, stopping.row.id) < before).toBe(empties);
      fault(state, { kind: 'running-queries', host: stopping.host, queries: 0 });
      wait(state, SECOND);
      expect(stopping.process).toBe('down');
    }
  });

  it('is given two minutes for its queries, and killed at once without grace', () => {
    const state = cluster();
    const [one, other] = [backend(state, 0), backend(state, 1)];
    for (const { host } of [one, other]) fault(state, { kind: 'running-queries', host, queries: 3 });
    stopBackend(state, one, { graceful: true });
    stopBackend(state, other, { graceful: false });
    expect(other.process).toBe('down');
    expect(waitUntil(state, 'down', () => one.process === 'down')).toBe(120 * SECOND);
  });

  it('shows a new start time when it was started again', () => {
    const state = cluster();
    const restarted = backend(state, 0);
    const before = restarted.row.lastStartMs ?? 0;
    endBackend(state, restarted);
    startBackend(state, restarted);
    wait(state, 20 * SECOND);
    expect(restarted.row.lastStartMs).toBeGreaterThan(before);
  });
});

describe('what SHOW BACKENDS tells of disks', () => {
  it('is as old as the last report, while the count of tablets is not', () => {
    const state = cluster({ dataset: 'scaled', version: '2.1' });
    const [leaving] = decommission(state, -1);
    if (leaving === undefined) throw new Error('none leaves');
    const told = (): number => diskUse(state, leaving).reduce((sum, { dataBytes }) => sum + dataBytes, 0);
    const first = told();
    expect(first).toBe(dataUsedBytes(state, leaving.row.id));
    const seen: number[] = [first];
    for (let second = 0; second < 300; second += 1) {
      wait(state, SECOND);
      expect(told()).toBeGreaterThanOrEqual(dataUsedBytes(state, leaving.row.id));
      if (told() !== seen.at(-1)) seen.push(told());
    }
    // A report a minute.
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen.length).toBeLessThanOrEqual(6);
  });

  it('leaves a broken disk out of new copies', () => {
    const state = cluster();
    const broken = backend(state, 0);
    fault(state, { kind: 'broken-disk', host: broken.host, path: '/data1/doris/storage', on: true });
    decommission(state, -1);
    waitUntil(state, 'gone', () => state.index.members.size === 3);
    const moved = state.scheduler.history.filter(({ targetBackendId }) => targetBackendId === broken.row.id);
    expect(new Set(moved.map(({ targetPathHash }) => targetPathHash))).toEqual(new Set([broken.disks[1]?.pathHash]));
    expect(diskUse(state, broken).map(({ online }) => online)).toEqual([false, true]);
  });
});

describe('a backend that is no place for copies', () => {
  it.each(['query', 'load'] as const)('because of disable_%s gets none, and keeps what it has', (what) => {
    const state = cluster({ backends: 5 });
    const disabled = backend(state, 0);
    setDisabled(state, disabled, what, true);
    const before = tabletNum(state, disabled.row.id);
    decommission(state, -1);
    waitUntil(state, 'gone', () => state.index.members.size === 4, HOUR);
    const targets = state.scheduler.history.map(({ targetBackendId, status }) =>
      status === 'COLOCATE_MISMATCH' ? '' : targetBackendId,
    );
    expect(targets).not.toContain(disabled.row.id);
    expect(tabletNum(state, disabled.row.id)).toBeGreaterThanOrEqual(before);
  });

  it('because of its tag loses what belongs to the old one', () => {
    const state = cluster({ backends: 5 });
    const moved = backend(state, 0);
    setTags(state, moved, { location: 'other' });
    wait(state, HOUR);
    const left = [...(state.index.backends.get(moved.row.id)?.replicas.keys() ?? [])].map(
      (tabletId) => state.index.places.get(tabletId)?.table.colocateGroup,
    );
    expect(new Set(left.filter((group) => group === undefined))).toEqual(new Set());
  });
});
