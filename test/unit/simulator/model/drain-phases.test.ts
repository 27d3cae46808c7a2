import { describe, expect, it } from 'vitest';
import { setDecommissioned } from '../../../../src/simulator/model/changes.ts';
import { decommissionRefusal, tabletNum } from '../../../../src/simulator/model/queries.ts';
import { type RecordedVersion, readRecordings } from '../../../support/doris/recordings.ts';
import { backend, cluster, configure, decommission, MINUTE, SECOND, wait, waitUntil } from './support.ts';

type Phase = 'still' | 'pending' | 'running' | 'falling' | 'gone';

/** One look at a cluster that drains. */
interface Look {
  /** TabletNum of the leaving backend; undefined: its row is gone. */
  readonly tablets: number | undefined;
  readonly pending: number;
  readonly running: number;
}

function phasesOf(looks: readonly Look[]): readonly Phase[] {
  const first = looks[0]?.tablets ?? 0;
  const phases = looks.map(({ tablets, pending, running }): Phase => {
    if (tablets === undefined) return 'gone';
    if (tablets < first) return 'falling';
    if (running > 0) return 'running';
    return pending > 0 ? 'pending' : 'still';
  });
  return phases.filter((phase, index) => phase !== phases[index - 1]);
}

/** What a real FE showed, look by look, while the last of four backends left. */
function recordedLooks(version: RecordedVersion): readonly Look[] {
  const asked = readRecordings(version).filter(
    ({ file, state }) => file === 'decommission.json' && /^one of four leaving, clones take/.test(state),
  );
  const looks: Look[] = [];
  for (const { sql, result } of asked) {
    if (result === undefined) continue;
    const rows = result.rows.length;
    if (sql === 'SHOW BACKENDS') {
      const leaving = result.rows.find((row) => row[result.columns.indexOf('SystemDecommissioned')] === 'true');
      const tablets = leaving?.[result.columns.indexOf('TabletNum')];
      looks.push({ tablets: tablets === undefined ? undefined : Number(tablets), pending: 0, running: 0 });
    } else {
      const last = looks.pop();
      if (last === undefined) continue;
      looks.push(sql.includes('pending') ? { ...last, pending: rows } : { ...last, running: rows });
    }
  }
  return looks;
}

const ALL: readonly Phase[] = ['still', 'pending', 'running', 'falling', 'gone'];

describe.each([
  ['2.1', '2.1'],
  ['4.0', '4.x'],
] as const)('the phases of a drain in version %s', (version, recorded) => {
  it('are all in the recording', () => {
    expect(phasesOf(recordedLooks(recorded))).toEqual(ALL);
  });

  it.each([1, 7, 60, 600])('are the same at speed %i', (speed) => {
    const state = cluster({ version, speed });
    const [leaving] = decommission(state, -1);
    const id = leaving?.row.id ?? '';
    const looks: Look[] = [];
    while (looks.at(-1)?.tablets !== undefined || looks.length === 0) {
      const isThere = state.index.members.has(id);
      const { pending, running } = state.scheduler;
      looks.push({
        tablets: isThere ? tabletNum(state, id) : undefined,
        pending: pending.length,
        running: running.length,
      });
      // At 600 times the speed a clone runs for less than a tenth of a second.
      wait(state, 50);
    }
    expect(phasesOf(looks)).toEqual(ALL);
    expect(looks.findIndex(({ pending }) => pending > 0) * 50).toBeLessThanOrEqual(20 * SECOND);
  });
});

describe('a drain', () => {
  it('starts with the round of the checker and ends with that of the drop check, at any speed', () => {
    for (const speed of [1, 60, 10_000]) {
      const state = cluster({ speed });
      const [leaving] = decommission(state, -1);
      const toPending = waitUntil(state, 'pending', () => state.scheduler.pending.length > 0, MINUTE);
      expect(toPending).toBeLessThanOrEqual(20 * SECOND);
      waitUntil(state, 'empty', () => tabletNum(state, leaving?.row.id ?? '') === 0);
      expect(waitUntil(state, 'gone', () => leaving?.row === undefined, MINUTE)).toBeLessThanOrEqual(10 * SECOND);
    }
  });

  it('shows relocating tablets while they wait and missing ones while they are copied, then redundant ones', () => {
    const state = cluster();
    decommission(state, -1);
    waitUntil(state, 'pending', () => state.scheduler.pending.length > 0);
    const waiting = state.scheduler.pending.map(({ status, priority, type, code }) => ({
      status,
      priority,
      type,
      code,
    }));
    expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['REPLICA_RELOCATING', 'COLOCATE_MISMATCH']));
    expect(new Set(waiting.map(({ type, code }) => `${type} ${code}`))).toEqual(new Set(['REPAIR NONE']));
    expect(waiting).toContainEqual(expect.objectContaining({ status: 'REPLICA_RELOCATING', priority: 'LOW' }));
    expect(waiting).toContainEqual(expect.objectContaining({ status: 'REPLICA_RELOCATING', priority: 'NORMAL' }));
    waitUntil(state, 'running', () => state.scheduler.running.length > 0);
    const running = state.scheduler.running.map(({ status }) => status);
    for (const status of running) expect(['REPLICA_MISSING', 'COLOCATE_MISMATCH']).toContain(status);
    waitUntil(state, 'gone', () => state.index.members.size === 3);
    const ended = new Set(state.scheduler.history.map(({ status, errorMessage }) => `${status} ${errorMessage}`));
    expect(ended).toContain('REDUNDANT redundant replica is deleted');
    expect(ended).toContain('COLOCATE_REDUNDANT colocate redundant replica is deleted');
  });

  it.each([
    [4, 8],
    [2, 4],
    [8, 16],
  ])('runs %i clones on each of two disks at a time: %i in all', (slots, most) => {
    const state = cluster({ dataset: 'scaled' });
    configure(state, 'schedule_slot_num_per_hdd_path', String(slots));
    decommission(state, -1);
    waitUntil(state, 'running', () => state.scheduler.running.length > 0);
    expect(state.scheduler.running).toHaveLength(most);
  });

  it('moves about 20 MiB/s with the default slots, and twice that with twice the slots', () => {
    const durations = [4, 8].map((slots) => {
      const state = cluster({ dataset: 'scaled', backendBytes: 6 * 2 ** 30 });
      configure(state, 'schedule_slot_num_per_hdd_path', String(slots));
      decommission(state, -1);
      waitUntil(state, 'running', () => state.scheduler.running.length > 0);
      return waitUntil(state, 'gone', () => state.index.members.size === 3);
    });
    const [normal = 0, fast = 0] = durations;
    const expected = (6 * 1024 * SECOND) / 20;
    expect(normal).toBeGreaterThan(0.9 * expected);
    expect(normal).toBeLessThan(1.5 * expected);
    expect(normal / fast).toBeGreaterThan(1.7);
  });

  it('leaves the others with all its tablets, in even shares', () => {
    const state = cluster({ dataset: 'scaled' });
    const before = [...state.index.members.keys()].reduce((sum, id) => sum + tabletNum(state, id), 0);
    decommission(state, 1);
    waitUntil(state, 'gone', () => state.index.members.size === 3);
    const after = [...state.index.members.keys()].map((id) => tabletNum(state, id));
    expect(after.reduce((sum, count) => sum + count, 0)).toBe(before);
    expect(Math.max(...after) / Math.min(...after)).toBeLessThan(1.1);
  });

  it('that is taken back keeps what has moved and is refilled by the balancer', () => {
    const state = cluster({ dataset: 'scaled', speed: 10 });
    const [leaving] = decommission(state, -1);
    const id = leaving?.row.id ?? '';
    const first = tabletNum(state, id);
    waitUntil(state, 'half', () => tabletNum(state, id) < first / 2);
    if (leaving !== undefined) setDecommissioned(state, leaving, false);
    const left = tabletNum(state, id);
    wait(state, 30 * SECOND);
    expect(tabletNum(state, id)).toBeGreaterThan(left - 30);
    expect(state.scheduler.pending.filter(({ type }) => type === 'REPAIR')).toEqual([]);
    wait(state, 60 * MINUTE);
    expect(tabletNum(state, id)).toBeGreaterThan(0.85 * first);
    expect(leaving?.row.decommissioned).toBe(false);
  });

  it('of two at once ends for both', () => {
    const state = cluster({ backends: 5 });
    decommission(state, -1);
    decommission(state, -2);
    waitUntil(state, 'both gone', () => state.index.members.size === 3);
    expect(decommissionRefusal(state, [backend(state, 0).row.id])).toMatchObject({ tag: 'default', available: 2 });
  });
});
