import { describe, expect, it } from 'vitest';
import { retention } from '../../../src/app/daemon/retention.ts';
import { capturedLog } from '../../support/captured-log.ts';
import { DAY, NOW } from '../../support/decision-input.ts';

describe('the daily retention', () => {
  it('deletes records after 14 days and slots of load after 400, and says how many', async () => {
    const log = capturedLog();
    const asked: number[] = [];
    const none = () => Promise.reject(new Error('not asked for'));
    const retain = (deleted: number) => async (newerThan: number) => {
      asked.push(newerThan);
      return deleted;
    };
    const records = { append: none, find: none, latest: none, at: none, list: none, retain: retain(7) };
    await retention({ records, loads: { merge: none, read: none, retain: retain(3) } }, log, NOW);
    expect(asked).toEqual([NOW - 14 * DAY, NOW - 400 * DAY]);
    expect(log.lines.map(({ fields }) => fields)).toEqual([{ records: 7, slots: 3 }]);
  });
});
