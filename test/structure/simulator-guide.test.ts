import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ANSWER_FAULTS } from '../../src/simulator/faults/kinds/answer-faults.ts';
import { NODE_FAULTS } from '../../src/simulator/faults/kinds/node-faults.ts';
import { STALL_FAULTS } from '../../src/simulator/faults/kinds/stall-faults.ts';
import { STALL_CAUSES } from '../../src/simulator/faults/stalls.ts';

const GUIDE = readFileSync(new URL('../../docs/guide/simulator.md', import.meta.url), 'utf8');

// A kind of fault that is missing here: add its row to docs/guide/simulator.md, section Faults.
it('the guide names every kind of fault with its fields', () => {
  const rows = GUIDE.split('\n').filter((line) => line.startsWith('|'));
  const missing = [...NODE_FAULTS, ...ANSWER_FAULTS, ...STALL_FAULTS].flatMap(({ shape }) => {
    const kind = shape.kind.value;
    const told = rows.filter((row) => row.includes(`\`${kind}\``)).join('\n');
    if (told === '') return [kind];
    const fields = Object.keys(shape).filter((field) => field !== 'kind');
    return fields.filter((field) => !told.includes(`\`${field}`)).map((field) => `${kind}.${field}`);
  });
  expect(missing).toEqual([]);
});

// A cause that is missing here: add its row to the last table of that section.
it('the guide names a fault for every cause of a stuck drain', () => {
  const causes = [...GUIDE.matchAll(/^\| ([a-z-]+) \| `/gm)].map(([, cause]) => cause);
  expect(new Set(causes)).toEqual(new Set([...STALL_CAUSES, 'others']));
});
