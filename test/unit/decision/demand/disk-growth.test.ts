import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import { diskGrowth } from '../../../../src/decision/demand/disk-growth.ts';
import {
  backends,
  CPU,
  DAY,
  GIB,
  groupPolicy,
  history,
  HOUR,
  input,
  NOW,
  slots,
  windowsPolicy,
} from '../../../support/decision-input.ts';

const DISK = { ...CPU, name: 'be_disk' };
const group = groupPolicy({ signals: [DISK] });
const START = NOW - 29 * DAY;

const grown = (bytes: (day: number) => number, days = 29): number | undefined =>
  diskGrowth(
    history({ be_disk: slots('be_disk', (at) => bytes(Math.floor((at - START) / DAY)) * GIB, { days }) }),
    group,
    NOW,
  );

describe('the growth of disks', () => {
  it.each([
    { says: 'a steady one is what it is', bytes: (day: number) => 100 + 2 * day, gib: 2 },
    { says: 'one large load is no trend', bytes: (day: number) => 100 + day + (day > 20 ? 500 : 0), gib: 1 },
    { says: 'a purge of every week belongs to it', bytes: (day: number) => 100 + day + 7 * (day % 7), gib: 1 },
    { says: 'what shrinks does not grow', bytes: (day: number) => 400 - 3 * day, gib: 0 },
  ])('$says', ({ bytes, gib }) => {
    expect((grown(bytes) ?? NaN) / GIB).toBeCloseTo(gib, 6);
  });

  it('is told once an hour, and anew where more of the past is known', () => {
    const past = slots('be_disk', (at) => (100 + (at - START) / DAY) * GIB, { days: 29 });
    const known = past.slice(-2);
    const load = history({ be_disk: known });
    const perDay = (at: number): number | undefined => diskGrowth(load, group, at);
    expect(perDay(NOW)).toBeUndefined();
    known.splice(0, known.length, ...past);
    const told = perDay(NOW);
    expect((told ?? NaN) / GIB).toBeCloseTo(1, 6);
    known.push(...slots('be_disk', () => 0, { days: 20, until: NOW + 20 * DAY }));
    expect(perDay(NOW + HOUR - 1)).toBe(told);
    expect(perDay(NOW + 20 * DAY)).not.toBe(told);
  });

  it('of two days cannot be told, of four it can', () => {
    expect(grown((day) => 100 + day, 1)).toBeUndefined();
    expect((grown((day) => 100 + day, 4) ?? NaN) / GIB).toBeCloseTo(1, 6);
  });
});

describe('a group whose disks fill', () => {
  /** The last chance of the window: an order still fits. */
  const LAST = NOW + 2.5 * HOUR;
  /** 100 GiB a node, half of it at the target: six nodes hold 300 GiB. Windows open on Tuesdays. */
  const weekly = windowsPolicy({
    allow: [{ form: 'weekly', name: 'tuesday', days: [2], startMinute: 60, endMinute: 300 }],
  });
  const decided = (perDay: number, now: number, nodes: number) => {
    const load = (slotMs: number): number => (now - (perDay * (LAST - slotMs)) / DAY) * GIB;
    const demand = [history({ be_disk: slots('be_disk', load, { days: 28, until: LAST }) })];
    const members = backends(nodes, { dataUsedBytes: (now / nodes) * GIB });
    return decide(input({ at: LAST, members, demand, group: { signals: [DISK] }, policy: { windows: weekly } }));
  };

  it('grows a window before the watermark, not after it', () => {
    expect(decided(2, 292, 6).groups[0]).toMatchObject({ action: 'scale-out', desired: 7 });
    expect(decided(0, 292, 6).groups[0]).toMatchObject({ action: 'hold', recommended: 6 });
  });

  it('gives no node back that the growth needs before the next window', () => {
    expect(decided(2, 220, 6).groups[0]?.recommended).toBe(6);
    expect(decided(0, 220, 6).groups[0]?.recommended).toBe(5);
  });

  it('shows the growth of the week after next in the calendar', () => {
    const days = decided(2, 280, 6).calendar.map(
      ({ at, from, to }) => `${String(at > NOW + 6 * DAY)} ${String(from)} -> ${String(to)}`,
    );
    expect(days).toEqual(['true 6 -> 7']);
  });
});
