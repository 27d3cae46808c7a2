import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operationTables } from '../support/operations-guide.ts';

it('docs/guide/operations.md has every step as it is carried out (mend: node test/support/operations-guide.ts)', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/operations.md'), 'utf8');
  expect(guide.split('<!-- steps -->\n')[1]).toBe(operationTables());
});
