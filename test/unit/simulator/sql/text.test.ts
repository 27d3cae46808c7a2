import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDouble, formatMemory, formatSize, formatTime } from '../../../../src/simulator/sql/answer/format.ts';
import { columns, table } from '../../../../src/simulator/sql/answer/table.ts';
import { match, parseForm } from '../../../../src/simulator/sql/text/form.ts';
import { likePattern } from '../../../../src/simulator/sql/text/like.ts';
import { splitStatements, tokenise } from '../../../../src/simulator/sql/text/tokens.ts';

describe('a text is read as tokens', () => {
  it.each([
    ['words in capitals, as written beside', 'Show Frontends', ['SHOW', 'FRONTENDS']],
    ['strings without their quotes, either kind', `"a" 'b'`, ['a', 'b']],
    ['a doubled or escaped quote is one', `'it''s' "a\\"b"`, ["it's", 'a"b']],
    ['names in backticks', '`a b`.`c``d`', ['a b', '.', 'c`d']],
    ['an address without quotes falls to pieces', '127.0.0.50:9050', ['127.0', '.0', '.50', ':', '9050']],
    ['comments are no tokens', 'SHOW /* all */ BACKENDS -- now\n', ['SHOW', 'BACKENDS']],
  ])('%s', (_, text, values) => {
    expect(
      tokenise(text)
        .slice(0, -1)
        .map(({ value }) => value),
    ).toEqual(values);
  });

  it('every token stands where it says, and the last is the end', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const tokens = tokenise(text);
        for (const { raw, at, kind } of tokens) {
          if (kind !== 'end') expect(text.slice(at, at + raw.length)).toBe(raw);
        }
        expect(tokens.at(-1)).toMatchObject({ kind: 'end', at: text.length });
      }),
    );
  });
});

describe('a text is split into statements', () => {
  it.each([
    ['one', 'SHOW BACKENDS', ['SHOW BACKENDS']],
    ['with an end', 'SHOW BACKENDS;', ['SHOW BACKENDS']],
    ['several', 'SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['not inside a string', `SELECT ';' ; SELECT 2`, [`SELECT ';'`, 'SELECT 2']],
    ['nothing', ' ; ; ', []],
  ])('%s', (_, text, statements) => {
    expect(splitStatements(text)).toEqual(statements);
  });
});

describe('a form takes what a manual says', () => {
  const found = (form: string, text: string): unknown => {
    const result = match(parseForm(form), tokenise(text));
    return 'captures' in result ? Object.fromEntries(result.captures) : result;
  };

  it.each([
    ['keywords in any case', 'SHOW BACKENDS', 'show Backends', {}],
    ['either of two words', 'SHOW DATABASES|SCHEMAS', 'SHOW SCHEMAS', {}],
    ['what may be left out', 'SHOW TABLES [FROM <db:name>]', 'SHOW TABLES', {}],
    ['and what is there', 'SHOW TABLES [FROM <db:name>]', 'SHOW TABLES FROM `a`.b', { db: ['a', 'b'] }],
    ['a list of strings', 'DROPP <of:strings>', 'DROPP "a", "b"', { of: ['a', 'b'] }],
    ['pairs', 'SET <p:pairs>', 'SET ("a" = "b", c = 1)', { p: ['a', 'b', 'c', '1'] }],
    [
      'a target of a grant',
      'GRANT <p:words> ON <t:target> TO <u:word>',
      'GRANT A, B ON *.*.* TO "u"',
      {
        p: ['A', 'B'],
        t: ['*.*.*'],
        u: ['u'],
      },
    ],
    ['pairs in quotes only', 'SET <p:quoted>', 'SET (a = 1)', { failedAt: 2, expected: ['STRING_LITERAL'] }],
    ['the end where more stands', 'SHOW BACKENDS', 'SHOW BACKENDS NOW', { failedAt: 2, expected: ['<EOF>'] }],
    ['the word that is missing', 'SHOW FRONTEND CONFIG', 'SHOW FRONTEND', { failedAt: 2, expected: ["'CONFIG'"] }],
  ])('%s', (_, form, text, expected) => {
    expect(found(form, text)).toEqual(expected);
  });
});

describe('LIKE', () => {
  it.each([
    ['%slot%', 'balance_slot_num_per_path', true],
    ['disable_balance', 'disable_balance', true],
    ['disable_balance', 'disable-balance', true],
    ['disable_balance', 'disable_balance_x', false],
    ['a.c', 'abc', false],
  ])('%s of %s: %s', (like, name, expected) => {
    expect(likePattern(like).test(name)).toBe(expected);
  });
});

describe('values are written as an FE writes them', () => {
  it.each([
    [0, '0.000 '],
    [1, '1.000 B'],
    [1024, '1024.000 B'],
    [1025, '1.001 KB'],
    [2 ** 30, '1024.000 MB'],
    [2 ** 30 + 1, '1.000 GB'],
    [2 ** 63, '8388608.000 TB'],
  ])('%d bytes are "%s"', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it.each([
    [0, '0.00 '],
    [64 * 2 ** 30, '64.00 GB'],
  ])('%d bytes of memory are "%s"', (bytes, text) => {
    expect(formatMemory(bytes)).toBe(text);
  });

  it.each([
    [0.5, '0.5'],
    [16, '16.0'],
    [20_971_520, '2.097152E7'],
    [50_027_808.136213005, '5.0027808136213005E7'],
    [1 - 0.99, '0.010000000000000009'],
    [0.0001, '1.0E-4'],
  ])('the double %d is "%s"', (value, text) => {
    expect(formatDouble(value)).toBe(text);
  });

  it('times are those of UTC', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
        expect(formatTime(date.getTime())).toBe(date.toISOString().slice(0, 19).replace('T', ' '));
      }),
    );
  });
});

describe('columns by version', () => {
  const shape = columns('A, B until 2.1, C from 3.0, D:252 from 4.0, E F');

  it.each([
    ['2.1', ['A:254', 'B:254', 'E F:254']],
    ['3.0', ['A:254', 'C:254', 'E F:254']],
    ['4.0', ['A:254', 'C:254', 'D:252', 'E F:254']],
  ] as const)('%s', (version, expected) => {
    expect(shape[version].map(({ name, type }) => `${name}:${String(type)}`)).toEqual(expected);
  });

  it('cells stand under their names; what is not there is NULL', () => {
    expect(table('3.0', shape, [{ C: 1, A: true, B: 'gone' }])).toMatchObject({ rows: [['true', '1', null]] });
  });
});
