import { describe, expect, test } from 'vitest';
import { parseBackends, modeOf } from '../../../src/doris/parse/backends.ts';
import { parseFrontends } from '../../../src/doris/parse/frontends.ts';
import { RECORDED_VERSIONS, recordedResults } from '../../support/doris/recordings.ts';

/** So many rows are in the recordings: a test that silently reads none proves nothing. */
const LEAST = { '4.x': { frontends: 60, backends: 700 }, '2.1': { frontends: 60, backends: 800 } } as const;

describe.each(RECORDED_VERSIONS)('rows recorded from %s', (version) => {
  test('every row of SHOW FRONTENDS is read', () => {
    const recorded = recordedResults(version, /^SHOW (FRONTENDS|PROC '\/frontends')$/i);
    const rows = recorded.flatMap(({ result }) => parseFrontends(result).rows);
    expect(rows.length).toBe(recorded.reduce((sum, { result }) => sum + result.rows.length, 0));
    expect(rows.length).toBeGreaterThanOrEqual(LEAST[version].frontends);
    for (const { frontend } of rows) {
      expect(frontend.address).toBe(`${frontend.host}:${String(frontend.editLogPort)}`);
      if (frontend.isMaster) expect([frontend.alive, frontend.role]).toEqual([true, 'FOLLOWER']);
    }
  });

  test('every row of SHOW BACKENDS is read', () => {
    const recorded = recordedResults(version, /^SHOW (BACKENDS|PROC '\/backends\/?')$/i);
    const rows = recorded.flatMap(({ result }) => parseBackends(result));
    expect(rows.length).toBe(recorded.reduce((sum, { result }) => sum + result.rows.length, 0));
    expect(rows.length).toBeGreaterThanOrEqual(LEAST[version].backends);
    expect(modeOf(rows)).toBe('coupled');
    for (const backend of rows) {
      expect(backend.availableBytes).toBeLessThanOrEqual(Math.max(1, backend.totalBytes));
      if (backend.httpPort === -1) expect(backend.lastStartTime).toBeUndefined();
      if (backend.alive) expect(backend.nodeRole).toBe('mix');
    }
    expect(rows.some((backend) => backend.decommissioned)).toBe(true);
    expect(rows.some((backend) => backend.queryDisabled)).toBe(true);
    expect(rows.some((backend) => !backend.alive)).toBe(true);
  });

  test('what only some versions show is read where it is and absent elsewhere', () => {
    const [first] = recordedResults(version, /^SHOW BACKENDS$/).flatMap(({ result }) => parseBackends(result));
    const list = recordedResults(version, /^SHOW FRONTENDS$/).map(({ result }) => parseFrontends(result))[0];
    const later = version === '4.x';
    expect(first?.cpuCores).toBe(later ? 16 : undefined);
    expect(first?.memoryBytes).toBe(later ? 64 * 1024 ** 3 : undefined);
    expect(first?.runningTasks).toBe(later ? 0 : undefined);
    expect(first?.trashUsedBytes).toBe(0);
    expect(list?.hasLiveSince).toBe(later);
    expect(list?.rows[0]?.frontend.version).toBe(later ? 'doris-0.0.0-677147005f' : 'doris-0.0.0-trunk-d61813f873');
  });
});
