import { describe, expect, it } from 'vitest';
import { statementLog, type StatementLog } from '../../../src/simulator/statement-log.ts';

function filled(count: number, kept?: number): StatementLog {
  const log = statementLog(kept);
  for (let index = 1; index <= count; index += 1) {
    log.add({ atMs: index, frontendHost: '127.0.0.2', user: 'root', text: `SELECT ${String(index)}`, outcome: 'rows' });
  }
  return log;
}

describe('the log of statements', () => {
  it.each([
    ['all of a few', filled(3), undefined, [1, 2, 3]],
    ['those after a cursor', filled(3), 2, [3]],
    ['none after the newest', filled(3), 3, []],
    ['none after one that is still to come', filled(3), 9, []],
    ['the newest only, when there were more than it keeps', filled(10, 4), 0, [7, 8, 9, 10]],
    ['the newest only, just before it forgets', filled(8, 4), 0, [5, 6, 7, 8]],
    ['those after a cursor of which some are forgotten', filled(10, 4), 5, [7, 8, 9, 10]],
    ['those after a cursor that it keeps', filled(10, 4), 8, [9, 10]],
  ])('gives %s', (_, log, after, sequences) => {
    expect(log.after(after).map(({ sequence }) => sequence)).toEqual(sequences);
  });
});
