import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DorisBadAnswer } from '../../../src/doris/errors.ts';
import { modeOf, parseBackends } from '../../../src/doris/parse/backends.ts';
import { parseFrontends } from '../../../src/doris/parse/frontends.ts';
import type { ResultSet } from '../../../src/domain/ports/frontend-channel.ts';
import { backendsAnswer, frontendsAnswer } from '../../support/doris/answers.ts';

/** Free text, or a column of a later version that may be missing. */
const ANY_TEXT = new Set([
  'Name',
  'Host',
  'ErrMsg',
  'Version',
  'LastStartTime',
  'LastHeartbeat',
  'NodeRole',
  'ArrowFlightSqlPort',
  'IsHelper',
  'UsedPct',
  'LiveSince',
]);

const lists = [
  {
    name: 'SHOW FRONTENDS',
    answer: frontendsAnswer([{ host: '10.0.0.1', master: true }], { asked: '10.0.0.1' }),
    parse: parseFrontends,
  },
  { name: 'SHOW BACKENDS', answer: backendsAnswer([{ host: '10.0.0.11', runningTasks: 2 }]), parse: parseBackends },
] as const;

describe.each(lists)('$name', ({ name, answer, parse }) => {
  const strict = answer.columns.filter((column) => !ANY_TEXT.has(column));

  test('any text in a typed column gives a value, or an error that names statement and column', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...strict),
        fc.oneof(fc.string(), fc.constantFrom('', 'true', '0', '-1', '1.000 GB', 'null', '{}', '[]')),
        (column, text) => {
          try {
            parse(withCell(answer, column, text));
          } catch (error) {
            expect(error).toBeInstanceOf(DorisBadAnswer);
            expect(String(error)).toContain(`${name}: column ${column}`);
          }
        },
      ),
    );
  });

  test.each(strict.filter((column) => column !== 'RunningTasks'))('a missing column %s is named', (column) => {
    expect(() => parse(withoutColumn(answer, column))).toThrow(`${name}: column ${column} is missing`);
  });

  test('columns in another order are read the same', () => {
    const turned = { columns: answer.columns.toReversed(), rows: answer.rows.map((row) => row.toReversed()) };
    expect(parse(turned)).toEqual(parse(answer));
  });
});

describe('backends', () => {
  test('the column that 2.0 spells wrongly is read', () => {
    const answer = backendsAnswer([{ host: '10.0.0.11' }]);
    const misspelt = {
      ...answer,
      columns: answer.columns.map((name) => (name === 'TrashUsedCapacity' ? 'TrashUsedCapcacity' : name)),
    };
    expect(parseBackends(withCell(misspelt, 'TrashUsedCapcacity', '2.000 GB'))[0]?.trashUsedBytes).toBe(2 * 1024 ** 3);
  });

  test('fragments of the status stand in for RunningTasks where that column is missing', () => {
    const answer = backendsAnswer([{ host: '10.0.0.11' }]);
    const status = '{"isQueryDisabled":false,"isLoadDisabled":true,"isShutdown":true,"currentFragmentNum":4}';
    expect(parseBackends(withCell(answer, 'Status', status))[0]).toMatchObject({
      runningTasks: 4,
      loadDisabled: true,
      shutdown: true,
    });
    expect(parseBackends(answer)[0]?.runningTasks).toBeUndefined();
  });

  test.each(['{}', 'N/A', '{"isQueryDisabled":"false","isLoadDisabled":false}', '[]'])(
    'a status %s is refused, not taken as enabled',
    (status) => {
      expect(() => parseBackends(withCell(backendsAnswer([{ host: '10.0.0.11' }]), 'Status', status))).toThrow(
        'column Status',
      );
    },
  );

  test('a tag of a compute group tells the decoupled mode and its group', () => {
    const tag = '{"cloud_unique_id" : "1:x:y", "compute_group_name" : "cg1", "location" : "default"}';
    const backends = parseBackends(backendsAnswer([{ host: '10.0.0.11', tag }]));
    expect([modeOf(backends), backends[0]?.group]).toEqual(['decoupled', 'cg1']);
    expect(modeOf(parseBackends(backendsAnswer([{ host: '10.0.0.11' }])))).toBe('coupled');
  });

  test('an IPv6 host stands in brackets in the address', () => {
    expect(parseBackends(backendsAnswer([{ host: 'fd00::5' }]))[0]?.address).toBe('[fd00::5]:9050');
  });
});

function withCell(answer: ResultSet, column: string, text: string | null): ResultSet {
  const index = answer.columns.indexOf(column);
  return { ...answer, rows: answer.rows.map((row) => row.with(index, text)) };
}

function withoutColumn(answer: ResultSet, column: string): ResultSet {
  const index = answer.columns.indexOf(column);
  return { columns: answer.columns.toSpliced(index, 1), rows: answer.rows.map((row) => row.toSpliced(index, 1)) };
}
