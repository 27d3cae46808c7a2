import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../../src/domain/operation.ts';
import { carryOut, testOperation } from './support/carry-out.ts';
import { containing } from './support/expected.ts';
import { CodedTestError, world } from './support/world.ts';
import type { World } from './support/world.ts';

/** Longer than any step waits before it asks again. */
const SLOW_MS = 60_000;

describe('a cluster whose every look takes a minute', () => {
  it.each<{ kind: OperationKind; nodes: readonly string[]; ends: string; drop: string }>([
    { kind: 'remove-observer', nodes: ['ob1:9010'], ends: 'succeeded', drop: 'drop-frontend' },
    { kind: 'add-observer', nodes: [], ends: 'failed', drop: 'drop-frontend' },
  ])('is asked once to drop a row by $kind: what one look does not show is not dropped again', async (each) => {
    const { kind, nodes, ends, drop } = each;
    const w = world({ backends: 6, observers: 1, tablets: 200 });
    w.knobs.startsProcesses = false;
    const reader = {
      ...w.reader,
      topology: async () => {
        w.advance(SLOW_MS);
        return await w.reader.topology();
      },
    };
    const asked = testOperation(w, kind, { nodes, count: nodes.length === 0 ? 1 : 0 });
    const { operation } = await carryOut({ ...w, reader }, asked);
    expect(operation.state).toBe(ends);
    expect(w.sent.filter(({ change }) => change.kind === drop)).toHaveLength(1);
  });

  it('ends a step at its deadline all the same, however long ago it was asked for last', async () => {
    const w = world({ observers: 1 });
    const slow: World = {
      ...w,
      reader: {
        ...w.reader,
        topology: async () => {
          w.advance(SLOW_MS + 1000);
          return await w.reader.topology();
        },
      },
      provisioner: {
        ...w.provisioner,
        stop: async () => {
          throw new CodedTestError('provisioner-try-again', 'another call is under way');
        },
      },
    };
    const { operation } = await carryOut(slow, testOperation(w, 'remove-observer', { nodes: ['ob1:9010'] }), {
      maxMs: 86_400_000,
    });
    expect(operation).toMatchObject({ state: 'failed', reason: containing('longer than 15 min') });
  });
});
