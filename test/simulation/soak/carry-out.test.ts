import { expect, it } from 'vitest';
import { HOUR } from '../../support/decision-input.ts';
import { ordinary } from './ordinary.ts';
import { runScenario } from './run-scenario.ts';

it('what was wrong with a backend ends with it when a person takes it out meanwhile', async () => {
  const recycled = (tablets: number) =>
    ({ kind: 'recycled-table', table: 'gone', bytes: 1_000_000, tablets: { '$member:5': tablets } }) as const;
  const { figures } = await runScenario(
    ordinary({
      days: 1,
      policy: { mode: 'observe' },
      faults: [
        { atMs: HOUR, forMs: 3 * HOUR, kind: 'model', begin: recycled(3), end: recycled(0) },
        { atMs: 2 * HOUR, forMs: HOUR, kind: 'by-hand', begin: ['ALTER SYSTEM DROPP BACKEND "$member:5"'], end: [] },
      ],
    }),
    { invariants: [] },
  );
  expect(figures.faults).toEqual({ 'model recycled-table': 1, 'by-hand': 1 });
});
