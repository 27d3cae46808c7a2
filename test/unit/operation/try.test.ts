import { expect, it } from 'vitest';
import { carryOut, testOperation } from './support/carry-out.ts';
import { world, START } from './support/world.ts';

it.each([
  ['remove-backend', { nodes: ['10.0.0.5:9050'] }],
  ['add-backend', { count: 2 }],
  ['add-observer', { count: 1 }],
  ['remove-observer', { nodes: ['ob1:9010'] }],
] as const)('%s', async (kind, options) => {
  const w = world({ observers: 1 });
  const { operation } = await carryOut(w, testOperation(w, kind, options), { maxMs: 3600_000 });
  console.log(operation.state, operation.reason, (w.clock.now() - START) / 1000);
  console.log(operation.steps.map((s) => `${s.key} ${s.state} ${s.attempts} ${s.detail} ${(s.startedAt - START) / 1000}-${((s.endedAt ?? 0) - START) / 1000}`).join('\n'));
  console.log(w.sent.map((s) => `${(s.at - START) / 1000} ${JSON.stringify(s.change)}`).join('\n'));
  console.log(w.verbs.map((v) => `${v.verb} ${v.host} ${v.registered}`).join('\n'));
  expect(operation.state).toBe('succeeded');
});
