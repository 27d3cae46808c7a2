import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checksTable } from '../support/checks-guide.ts';

it('docs/guide/operations.md has every check before a removal (mend: node test/support/checks-guide.ts)', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/operations.md'), 'utf8');
  const [, rest = ''] = guide.split('<!-- checks -->\n');
  expect(rest.split('<!-- end of checks -->')[0]).toBe(checksTable());
});
