import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import type { GroupPolicy } from '../../../../src/domain/group-policy.ts';
import type { WindowsPolicy } from '../../../../src/domain/window.ts';
import {
  backends,
  DAY,
  history,
  HOUR,
  input,
  MINUTE,
  SHORT_WEEKNIGHTS,
  slots,
  windowsPolicy,
} from '../../../support/decision-input.ts';

/** A Monday. */
const MONDAY = Date.UTC(2026, 2, 9);
/** Twenty nodes carry all but Wednesdays from eight to eight. */
const weekly = (busy: number) => (at: number) => {
  const date = new Date(at);
  return (date.getUTCDay() === 3 && date.getUTCHours() >= 8 && date.getUTCHours() < 20 ? busy : 19.4) * 100;
};

describe('the orders that a window has room for', () => {
  const wanted = (given: {
    readonly at: number;
    readonly busy: number;
    readonly nodes?: number;
    readonly windows?: Partial<WindowsPolicy>;
    readonly group?: Partial<GroupPolicy>;
  }) => {
    const demand = [history({ queries: slots('queries', weekly(given.busy), { until: given.at, days: 28 }) })];
    const policy = { windows: windowsPolicy(given.windows) };
    const group = { max: 40, step: { out: 1, in: 1 }, ...given.group };
    const members = backends(given.nodes ?? 20, { dataUsedBytes: 1 });
    return decide(input({ at: given.at, members, demand, policy, group })).groups[0]?.recommended;
  };

  it('wait for cooldown.out one after another: growth that they cannot bring in one window begins in the one before', () => {
    // Of the 230 usable minutes an order takes ten and its cooldown thirty: six orders.
    const at = MONDAY + DAY + HOUR;
    expect(wanted({ at, busy: 24.5 })).toBe(20);
    expect(wanted({ at, busy: 27.5 })).toBe(21);
    expect(wanted({ at, busy: 27.5, group: { cooldown: { outMs: 0, inMs: 12 * HOUR } } })).toBe(20);
  });

  it('are none in a window that is too short: what is taken away before it has to be missed until a longer one', () => {
    const given = {
      at: MONDAY - 70 * MINUTE,
      busy: 25.5,
      windows: { allow: SHORT_WEEKNIGHTS },
      nodes: 26,
    };
    const group = { step: { out: 10, in: 10 } };
    // 50 min of a weeknight are usable; an order asks for half as much again as it takes.
    expect(wanted({ ...given, group: { ...group, leadTimeMs: 30 * MINUTE } })).toBe(20);
    expect(wanted({ ...given, group: { ...group, leadTimeMs: 40 * MINUTE } })).toBe(26);
  });

  it('fit into it with their safety, the last one too', () => {
    const night = { form: 'weekly', name: 'night', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 60 } as const;
    const lasting = (minutes: number) => ({ allow: [{ ...night, endMinute: 60 + minutes }], guardMs: 0 });
    const given = { at: MONDAY + DAY + HOUR, busy: 21.5, group: { cooldown: { outMs: 0, inMs: 12 * HOUR } } };
    // Ten minutes each; fifteen are asked for.
    expect(wanted({ ...given, windows: lasting(24) })).toBe(21);
    expect(wanted({ ...given, windows: lasting(25) })).toBe(20);
  });

  it('bound what goes shortly before the last of them: a removal then is missed until the next window', () => {
    // At 04:30 the last order is begun; it brings four of the ten nodes that the day needs.
    const byDay = (at: number): number =>
      new Date(at).getUTCHours() >= 8 && new Date(at).getUTCHours() < 20 ? 950 : 290;
    const group = { step: { out: 4, in: 1 }, cooldown: { outMs: 0, inMs: 0 }, minHoldMs: 0 };
    const kept = [0, 10, 15, 20, 25].map((minutes) => {
      const at = MONDAY + DAY + 4 * HOUR + minutes * MINUTE;
      const demand = [history({ queries: slots('queries', byDay, { until: at, days: 28 }) })];
      return decide(input({ at, members: backends(6, { dataUsedBytes: 1 }), demand, group })).groups[0]?.recommended;
    });
    expect(kept).toEqual([6, 6, 6, 6, 6]);
  });
});
