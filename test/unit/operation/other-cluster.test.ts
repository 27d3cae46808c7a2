import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/domain/operation.ts';
import { carryOut, testOperation, when } from './support/carry-out.ts';
import { blinded } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { testPolicy } from './support/policy.ts';
import { START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const HOUR = 3_600_000;
const policy = testPolicy({ windows: { always: true } });

/** Stopped with a host in hand, its cluster built anew meanwhile. */
async function leftOpen(w: World) {
  const journal = memoryJournal();
  const stop = new AbortController();
  const { operation } = await carryOut(w, testOperation(w, 'add-backend'), {
    policy,
    journal,
    signal: stop.signal,
    onChange: when('0.start', 'intent', () => {
      stop.abort(new Error('stopping'));
    }),
  });
  const other: Operation = { ...((await journal.find(operation.id)) ?? operation), clusterId: '1' };
  return { journal, other, before: [w.sent.length, w.verbs.length] };
}

describe('an open operation whose cluster shows another id', () => {
  it('waits, for as long as nobody cancels it', async () => {
    const w = world();
    const { journal, other, before } = await leftOpen(w);
    const { operation } = await carryOut(w, other, { policy, journal, maxMs: HOUR });
    expect(operation.endedAt).toBeUndefined();
    expect(operation.reason).toBe('the cluster shows id 4711, the operation was admitted for 1');
    expect([w.sent.length, w.verbs.length]).toEqual(before);
  });

  it.each(['before it is taken up', 'while it waits'])('cancelled %s it fails, and nothing is done', async (since) => {
    const w = world();
    const { journal, other, before } = await leftOpen(w);
    const cancel = (): void => {
      journal.requestCancel('it was built anew', START);
    };
    await journal.begin(other);
    if (since === 'before it is taken up') cancel();
    const open = (await journal.find(other.id)) ?? other;
    const { operation } = await carryOut(w, open, { policy, journal, maxMs: HOUR, onChange: cancel });
    expect(operation).toMatchObject({
      state: 'failed',
      reason:
        'cancelled by olga: it was built anew; the cluster shows id 4711, the operation was admitted for 1: nothing was done to the other cluster',
    });
    expect([w.sent.length, w.verbs.length]).toEqual(before);
  });

  it('cancelled while the cluster cannot be read it goes on waiting', async () => {
    const w = world();
    const { journal, other, before } = await leftOpen(w);
    const cancelled = { ...other, cancelRequested: { at: START, by: 'olga', reason: 'it was built anew' } };
    const blind = blinded(w, () => true);
    const { operation } = await carryOut(blind, cancelled, { policy, journal, maxMs: HOUR });
    expect(operation.endedAt).toBeUndefined();
    expect([w.sent.length, w.verbs.length]).toEqual(before);
  });
});
