import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GUARD_CODES, LIMIT_CODES } from '../../src/domain/codes.ts';
import { codesTable } from '../support/codes-guide.ts';

const guide = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/guide', name), 'utf8');

it('docs/guide/operations.md says of every reason what to do (mend: node test/support/codes-guide.ts)', () => {
  const [, rest = ''] = guide('operations.md').split('<!-- codes -->\n');
  expect(rest.split('<!-- end of codes -->')[0]).toBe(codesTable());
});

it.each([...LIMIT_CODES, ...GUARD_CODES])('docs/guide/deciding.md says what %s means', (code) => {
  expect(guide('deciding.md')).toMatch(new RegExp(`^\\| [^|]*\`${code}\``, 'm'));
});
