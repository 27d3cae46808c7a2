import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pauseCluster } from '../../../src/app/orders/pause-cluster.ts';
import type { Pause } from '../../../src/domain/memory.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { HOUR, NOW } from '../../support/decision-input.ts';

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:', { lock: false });
});
afterEach(() => store.close());

interface Asked {
  readonly by: string;
  readonly hours?: number;
  readonly direction?: Pause['direction'];
}
const pause = ({ by, hours, direction = 'both' }: Asked) => {
  const forMs = hours === undefined ? undefined : hours * HOUR;
  const request = { direction, forMs, at: NOW, by, reason: `${by} says so` };
  return store.orders.place((ports) => pauseCluster(ports, 'analytics', request));
};
const standing = async () =>
  (await store.control.pauses('analytics', NOW)).map(({ by, until, replaced }) => ({ by, until, replaced }));

describe('a pause beside one of the same direction', () => {
  it.each<{ says: string; before: Asked; now: Asked; until: number | undefined }>([
    { says: 'that is longer', before: { by: 'ann', hours: 1 }, now: { by: 'bob', hours: 2 }, until: NOW + 2 * HOUR },
    { says: 'that has no end', before: { by: 'ann', hours: 1 }, now: { by: 'bob' }, until: undefined },
    {
      says: 'that is shorter, by the same person',
      before: { by: 'ann' },
      now: { by: 'ann', hours: 2 },
      until: NOW + 2 * HOUR,
    },
  ])('$says takes its place, and says whose it was', async ({ before, now, until }) => {
    await pause(before);
    const replaced = {
      by: 'ann',
      until: before.hours === undefined ? undefined : NOW + before.hours * HOUR,
      reason: 'ann says so',
    };
    expect(await pause(now)).toMatchObject({
      ok: true,
      done: {
        replaced: {
          by: 'ann',
          until: before.hours === undefined ? null : '2026-03-10T03:00:00Z',
          reason: 'ann says so',
        },
      },
    });
    expect(await standing()).toEqual([{ by: now.by, until, replaced }]);
  });

  it.each<{ says: string; before: Asked; until: string }>([
    { says: 'until resumed', before: { by: 'ann' }, until: 'until resumed' },
    { says: 'for longer', before: { by: 'ann', hours: 3 }, until: 'until 2026-03-10T05:00:00Z' },
  ])('that would end sooner does not shorten one that another person set $says', async ({ before, until }) => {
    await pause(before);
    const was = await standing();
    expect(await pause({ by: 'bob', hours: 2 })).toEqual({
      ok: false,
      error: {
        code: 'nothing-to-change',
        message: `analytics is paused already by ann ${until}: ann says so`,
        hint: 'to end it first: doris-autoscaler resume --cluster analytics',
      },
    });
    expect(await standing()).toEqual(was);
  });

  it('of one direction replaces none of the other', async () => {
    await pause({ by: 'ann', direction: 'in' });
    expect(await pause({ by: 'bob', direction: 'out', hours: 2 })).toEqual({
      ok: true,
      done: { cluster: 'analytics', direction: 'out', until: '2026-03-10T04:00:00Z' },
    });
    expect((await standing()).map(({ by }) => by)).toEqual(['ann', 'bob']);
  });
});
