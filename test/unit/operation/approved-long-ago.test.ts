import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../../src/domain/operation.ts';
import { carryOut, testOperation } from './support/carry-out.ts';
import { START, world } from './support/world.ts';

const DAY_MS = 86_400_000;

describe('what was asked for longer ago than operations.deadline, and approved', () => {
  it.each<{ readonly kind: OperationKind; readonly nodes?: readonly string[]; readonly count?: number }>([
    { kind: 'remove-backend', nodes: ['10.0.0.5:9050'] },
    { kind: 'remove-observer', nodes: ['ob1:9010'] },
    { kind: 'remove-follower', nodes: ['fe5:9010', 'fe4:9010'] },
    { kind: 'add-backend', count: 1 },
    { kind: 'add-observer', count: 1 },
    { kind: 'add-follower', count: 2 },
  ])('$kind: has the whole of it from its beginning', async ({ kind, ...of }) => {
    const w = world({ observers: 1, followers: 5 });
    const createdAt = START - 5 * DAY_MS;
    const given = { at: createdAt, by: 'ann', reason: 'on Saturday' };
    const approval = { planHash: '#', expiresAt: START + 3_600_000, given };
    const { operation } = await carryOut(w, { ...testOperation(w, kind, of), createdAt, approval });
    expect(operation).toMatchObject({ state: 'succeeded' });
  });
});
