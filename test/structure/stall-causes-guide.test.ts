import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stallCausesTable } from '../support/stall-causes-guide.ts';

it('docs/guide/operations.md has every cause of a stall as it is told (mend: node test/support/stall-causes-guide.ts)', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/operations.md'), 'utf8');
  expect(guide.split('<!-- causes -->\n')[1]?.split('<!-- end of causes -->\n')[0]).toBe(stallCausesTable());
});
