import { describe, expect, test } from 'vitest';
import type { FrontendSession, ResultSet } from '../../../src/domain/ports/frontend-channel.ts';
import type { SchedulerView } from '../../../src/domain/stall.ts';
import { parseFrontendTime } from '../../../src/doris/parse/fe-time.ts';
import { readSchedulerView } from '../../../src/doris/stall/scheduler-view.ts';
import { RECORDED_VERSIONS, type RecordedVersion, recordedResults } from '../../support/doris/recordings.ts';

const DEADLINE = 30_000;

/** One answer of each queue as it was recorded; a queue that is not given is empty. */
function recorded(
  version: RecordedVersion,
  queues: Partial<Record<'pending' | 'running' | 'history', (text: string) => boolean>>,
): FrontendSession {
  return {
    async execute(text) {
      if (text === "SHOW PROC '/cluster_balance'") return counts(version);
      const queue = /\/(\w+)_tablets'$/.exec(text)?.[1] as keyof typeof queues;
      const all = recordedResults(version, new RegExp(`/${queue}_tablets'$`));
      const wanted = queues[queue];
      const found =
        wanted === undefined
          ? all.find(({ result }) => result.columns.length > 0)
          : all.find(({ result }) => wanted(JSON.stringify(result.rows)));
      if (found === undefined) throw new Error(`no recording of ${text}`);
      return wanted === undefined ? { columns: found.result.columns, rows: [] } : found.result;
    },
    release() {},
  };
}

function counts(version: RecordedVersion): ResultSet {
  const [found] = recordedResults(version, /'\/cluster_balance'$/);
  if (found === undefined) throw new Error('no recording of cluster_balance');
  return found.result;
}

const view = (session: FrontendSession): Promise<SchedulerView> => readSchedulerView(session, undefined, DEADLINE);
const says =
  (text: string) =>
  (rows: string): boolean =>
    rows.includes(text);

describe.each(RECORDED_VERSIONS)('the queues of a real FE of %s', (version) => {
  test('of a drain without a target tell how many tablets fail, and why', async () => {
    const found = await view(recorded(version, { history: says('unable to find dest path') }));
    const refused = found.failures.find(({ error }) => error.startsWith('unable to find dest path for new replica'));
    expect(refused?.tablets).toBeGreaterThan(1);
    expect(refused?.example).toMatchObject({
      medium: 'HDD',
      code: 'NONE',
      sourceId: expect.stringMatching(/^-?\d+$/) as string,
    });
    expect(refused?.example.bytes).toBeGreaterThan(0);
    expect(found).toMatchObject({ listed: 0, moves: [], waits: [] });
  });

  test('of failing clones tell the text of the backend', async () => {
    const found = await view(recorded(version, { history: says('[INTERNAL_ERROR]failed to download file') }));
    expect(found.failures.map(({ error }) => error)).toContain('[INTERNAL_ERROR]failed to download file');
    expect(found.failures.find(({ error }) => error.includes('download'))?.example.failedRunning).toBeGreaterThan(0);
  });

  test('of a drain that goes well show clones within their time-out and no trouble', async () => {
    const found = await view(
      recorded(version, { running: (rows) => rows.includes('REPAIR') && !rows.includes('failed') }),
    );
    expect(found.moves.length).toBeGreaterThan(0);
    for (const { timeoutMs, ageMs, bytes, failedRunning } of found.moves) {
      expect(timeoutMs).toBeGreaterThanOrEqual(180_000);
      expect(ageMs).toBeLessThan(timeoutMs);
      expect(bytes).toBeGreaterThan(0);
      expect(failedRunning).toBe(0);
    }
    expect(found.failures).toEqual([]);
    expect(found.repeated).toEqual([]);
  });

  test('that wait for slots wait for nothing that is worth telling', async () => {
    const found = await view(recorded(version, { pending: says('scheduler waiting for dest backend slot') }));
    expect(found.listed).toBeGreaterThan(0);
    expect(found.waits).toEqual([]);
  });

  test('print times that can be read', () => {
    const printed = recordedResults(version, /history_tablets'$/).flatMap(({ result }) =>
      result.rows.map((row) => row[result.columns.indexOf('Create')] ?? ''),
    );
    expect(printed.length).toBeGreaterThan(0);
    expect(printed.filter((text) => parseFrontendTime(text) === undefined)).toEqual([]);
  });
});
