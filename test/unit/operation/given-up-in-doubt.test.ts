import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../../src/domain/operation.ts';
import { carryOut, testOperation } from './support/carry-out.ts';
import { verbsOf } from './support/interrupted.ts';
import { CodedTestError, world } from './support/world.ts';
import type { World } from './support/world.ts';

const SECOND_MS = 1000;

/** Nobody answers a statement of this kind; only what is sent after `fromMs` is carried out at all, and 12 s late. */
function unanswered(w: World, kind: string, fromMs: number): World {
  const begun = w.clock.now();
  const late: { readonly at: number; readonly run: () => void }[] = [];
  const apply = w.writer.apply.bind(w.writer);
  return {
    ...w,
    clock: {
      ...w.clock,
      async sleep(ms, signal) {
        await w.clock.sleep(ms, signal);
        for (const { run } of late.splice(0, late.filter(({ at }) => at <= w.clock.now()).length)) run();
      },
    },
    writer: {
      async apply(...args) {
        if (args[0].kind !== kind) return await apply(...args);
        if (w.clock.now() - begun >= fromMs) {
          late.push({ at: w.clock.now() + 12 * SECOND_MS, run: () => void apply(...args).catch(() => undefined) });
        }
        throw new CodedTestError('doris-outcome-unknown', 'no answer');
      },
    },
  };
}

describe('a statement that has no answer yet when the time of its step is over', { timeout: 60_000 }, () => {
  it.each<{ readonly kind: OperationKind; readonly node: string; readonly sends: string; readonly fromS: number }>([
    { kind: 'remove-observer', node: 'ob1:9010', sends: 'drop-frontend', fromS: 295 },
    { kind: 'remove-follower', node: 'fe5:9010', sends: 'drop-frontend', fromS: 295 },
    { kind: 'remove-backend', node: '10.0.0.5:9050', sends: 'decommission-backend', fromS: 115 },
  ])('$kind: is waited for before it is given up, and brought to its end', async ({ kind, node, sends, fromS }) => {
    const w = world({ observers: 1, followers: 5 });
    const seen = unanswered(w, sends, fromS * SECOND_MS);
    const { operation } = await carryOut(seen, testOperation(w, kind, { nodes: [node] }));
    expect(operation.state).toBe('succeeded');
    expect([...w.frontends(), ...w.backends()].map(({ address }) => address)).not.toContain(node);
    expect(verbsOf(w).at(-1)).toBe(`release ${node.split(':')[0] ?? ''}`);
  });
});
