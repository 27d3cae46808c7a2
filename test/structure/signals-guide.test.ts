import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { presetTable } from '../support/signals-guide.ts';

it('docs/guide/signals.md has every preset as it is asked for (mend: node test/support/signals-guide.ts)', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/signals.md'), 'utf8');
  expect(guide.split('<!-- presets -->\n')[1]).toBe(presetTable());
});
